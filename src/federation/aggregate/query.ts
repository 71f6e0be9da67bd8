import { UsageError } from '../../errors.ts';
import type { ListingHabits, ResourceType } from '../../services/types.ts';
import type { Subject } from '../subject.ts';
import { CURSOR, type Cursor, readCursor } from './cursor.ts';

export type Parameters = ReadonlyArray<readonly [name: string, value: string]>;

/** What a client's query says about the page, apart from which items it is about. */
export interface PageQuery {
  /** Everything but what says which page: sent to every scope as it is. */
  readonly passed: Parameters;
  /** What links to other pages repeat: the client's own, without the place of this page. */
  readonly linked: Parameters;
  /** Absent: the client named none. */
  readonly limit?: number;
  /** A limit that the service has to judge: no number, negative, or 0 where that is not "no limit". */
  readonly oddLimit?: string;
  /** Items to leave out at the beginning (Cinder). */
  readonly offset: number;
  readonly marker?: string;
  /** Where the walk is, if the marker is that of the link in which the client got it. */
  readonly cursor?: Cursor;
}

/** @throws UsageError for paging backwards, which would have to begin at the last scope's end */
export function pageQueryOf(subject: Subject, type: ResourceType): PageQuery {
  const all = [...new URLSearchParams(subject.query)];
  const value = (wanted: string) => all.find(([name]) => name === wanted)?.[1];
  if (/^(true|1|t|yes|on)$/i.test(value('page_reverse') ?? '')) {
    throw new UsageError('page_reverse is not possible in a listing of several clouds.', {
      hint: 'Sort in the other direction, or choose one provider.',
    });
  }
  const { listing = {} } = subject.service;
  const skipped = offsetIn(listing.offset === true || type.paging === 'none', value('offset'));
  const ours = new Set(['marker', 'limit', CURSOR, ...(skipped === undefined ? [] : ['offset'])]);
  const without = (names: ReadonlySet<string>) => all.filter(([name]) => !names.has(name));
  const limit = value('limit');
  const marker = value('marker');
  const cursor = readCursor(value(CURSOR) ?? '');
  return {
    passed: without(ours),
    linked: without(new Set([...ours].filter((name) => name !== 'limit'))),
    ...limitIn(listing, limit),
    offset: skipped ?? 0,
    ...(marker !== undefined && { marker }),
    ...(cursor !== undefined && cursor.marker === marker && { cursor }),
  };
}

function limitIn({ zeroIsAll }: ListingHabits, limit: string | undefined): Pick<PageQuery, 'limit' | 'oddLimit'> {
  if (limit === undefined || (limit === '0' && zeroIsAll === true)) return {};
  return /^\d+$/.test(limit) && Number(limit) > 0 ? { limit: Number(limit) } : { oddLimit: limit };
}

/** @param known whether the listing knows offsets: also those do that have one page (Nova's server groups) */
function offsetIn(known: boolean, offset: string | undefined): number | undefined {
  return known && offset !== undefined && /^\d+$/.test(offset) ? Number(offset) : undefined;
}

/** As a query string, without `?`. */
export function written(parameters: Parameters): string {
  const query = new URLSearchParams();
  for (const [name, value] of parameters) query.append(name, value);
  return query.toString();
}
