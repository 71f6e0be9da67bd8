import type { HeaderPairs } from '../../ports/http.ts';
import type { ResourceType } from '../../services/types.ts';
import type { Engine } from '../engine.ts';
import { Lesson } from '../lesson.ts';
import type { Cursor } from './cursor.ts';
import type { Entry } from './entry.ts';
import { fanOut } from './fan-out.ts';
import { Lineup } from './lineup.ts';
import type { Lists } from './list-check.ts';
import { type Order, orderOf } from './order.ts';
import { type PageQuery, pageQueryOf } from './query.ts';
import type { AggregateRequest } from './request.ts';
import { type Shape, shapeOf } from './shape.ts';
import { ownEntries } from './shared.ts';
import type { Source, Upstream } from './source.ts';
import { Turnout } from './turnout.ts';

const PAGE_SIZE = 1000;

/** Everything about one request for a page. */
export interface Walk extends Engine {
  readonly request: AggregateRequest;
  readonly type: ResourceType;
  readonly query: PageQuery;
  /** Absent: one scope after another. */
  readonly order: Order | undefined;
  readonly shape: Shape;
  readonly lineup: Lineup;
  readonly turnout: Turnout;
  readonly upstream: Upstream;
  /** Of everything that the scopes list. */
  readonly lesson: Lesson;
  /** Items that the page holds at most. */
  readonly size: number;
  readonly signal: AbortSignal;
}

/** What came of a walk over the scopes. */
export interface Taken {
  readonly entries: readonly Entry[];
  /** Whether there may be items behind the last one. */
  readonly more: boolean;
  readonly place: Pick<Cursor, 'at' | 'taken'>;
  /** Those that were asked, in the federation's order. */
  readonly sources: readonly Source[];
}

export async function walkOf(
  engine: Engine,
  request: AggregateRequest,
  type: ResourceType,
  signal: AbortSignal,
  lists: Lists,
): Promise<Walk> {
  const { subject } = request;
  const query = pageQueryOf(subject, type);
  const order = orderOf(type, query.passed);
  const shape = shapeOf(subject, type, order, query.passed);
  const lineup = await Lineup.of(engine.roster, request, type, signal, lists);
  const headers = headersFor(request.headers);
  const isPassedOn = order === undefined && shape.isWhole;
  const lesson = new Lesson(engine.memory, type);
  const asking = { caller: engine.caller, type, service: subject.service, headers, signal };
  const upstream: Upstream = {
    ...asking,
    signal: fanOut(signal),
    path: shape.path,
    parameters: shape.parameters,
    ...(subject.version !== undefined && { version: subject.version }),
    admit: async (scope, entries) => {
      const own = await ownEntries({ ...asking, lineup, passed: query.passed }, scope, entries);
      const items = own.map(({ item }) => item);
      await lesson.add(items, scope);
      // Read items that are only passed on may go at once: those that last the garbage collector copies.
      return isPassedOn ? own.map(({ id, elements, place }) => ({ scope, id, item: undefined, elements, place })) : own;
    },
  };
  // What cannot be continued is given at once.
  const most = type.paging === 'none' ? Number.POSITIVE_INFINITY : (request.pageSize ?? PAGE_SIZE);
  const earlier = query.cursor?.missing ?? [];
  const turnout = new Turnout(earlier.filter(({ provider }) => lineup.providers.includes(provider)));
  const size = query.limit ?? most;
  return { ...engine, request, type, query, order, shape, lineup, turnout, upstream, lesson, size, signal };
}

/**
 * The client's headers without those that are about how its own request and answer travel: the answers are read here,
 * whole, uncompressed and in JSON.
 */
function headersFor(headers: HeaderPairs): HeaderPairs {
  return [...headers.filter(([name]) => !NOT_PASSED.has(name.toLowerCase())), ['Accept', 'application/json']];
}

const NOT_PASSED = new Set([
  'accept',
  'accept-encoding',
  'content-encoding',
  'content-length',
  'content-type',
  'cookie',
  'expect',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'keep-alive',
  'range',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
