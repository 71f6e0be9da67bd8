import type { ResourceType, Service } from '../../services/types.ts';
import type { RankedScope } from '../ask.ts';
import type { Caller } from '../call.ts';
import { Gate } from '../gate.ts';
import { ownerOf } from '../owner.ts';
import { textAt } from '../pointer.ts';
import { unsaidOf } from '../unsaid.ts';
import { walkPages } from '../walk-pages.ts';
import type { Placed } from './elements.ts';
import { type Entry, idOf } from './entry.ts';
import type { Lineup } from './lineup.ts';
import type { Parameters } from './query.ts';

/** What is needed to ask scopes about single items of a listing. */
export interface Asking {
  readonly caller: Caller;
  readonly service: Service;
  readonly type: ResourceType;
  readonly lineup: Lineup;
  readonly passed: Parameters;
  readonly signal: AbortSignal;
}

/** As many ids as one request asks about: a URL of some 2 KiB. */
const IDS_AT_ONCE = 50;

/**
 * Of what several projects may see in a provider's region, the entries that this scope shows: its project's own, and those of
 * strangers that no earlier scope of the region lists. Nothing is remembered for it: which scope shows an item must
 * come out the same on every page, whoever answers it.
 */
export async function ownEntries(
  asking: Asking,
  scope: RankedScope,
  entries: readonly Entry[],
): Promise<readonly Entry[]> {
  const { type, lineup } = asking;
  if (type.visibility !== 'shared' || entries.length === 0) return entries;
  const ofProvider = await lineup.scopesAt(lineup.providers.indexOf(scope.provider));
  const scopes = ofProvider.filter(({ region }) => region === scope.region);
  const earlier = scopes.filter(({ rank }) => rank < scope.rank);
  const foreign: Entry[] = [];
  const candidates = entries.filter((entry) => {
    const owner = ownerOf(type, entry.item);
    if (owner === scope.project.id) return true;
    if (scopes.some(({ project }) => project.id === owner)) return false;
    if (earlier.length > 0 && isForAll(entry.item)) return false;
    foreign.push(entry);
    return true;
  });
  if (earlier.length === 0 || foreign.length === 0) return candidates;
  const ids = foreign.map(({ id }) => id);
  const seen = await Promise.all(earlier.map((each) => listedAt(asking, each, ids)));
  const others = new Set(seen.flat().map(({ id }) => id));
  const strangers = new Set(foreign);
  return candidates.filter((entry) => !strangers.has(entry) || !others.has(entry.id));
}

/**
 * The scope of a provider that shows an item.
 * @returns undefined when none lists it
 */
export async function showerOf(asking: Asking, scopes: readonly RankedScope[], id: string) {
  const [seen] = (await Promise.all(scopes.map((scope) => listedAt(asking, scope, [id])))).flat();
  if (seen === undefined) return undefined;
  const owner = ownerOf(asking.type, seen.item);
  const { region } = seen.scope;
  return scopes.find((scope) => scope.project.id === owner && scope.region === region) ?? seen.scope;
}

/** Image's word for what every project sees; a network's `shared` is also true for what just one other sees. */
function isForAll(item: unknown): boolean {
  return textAt(item, '/visibility') === 'public';
}

type Listed = Omit<Entry, keyof Placed>;

/** Those of the ids that a scope lists under the client's filters; none where it cannot say: twice is better than never. */
async function listedAt(asking: Asking, scope: RankedScope, ids: readonly string[]): Promise<readonly Listed[]> {
  const { type, signal } = asking;
  const listing = { ...asking, turn: new Gate(1) };
  const found: Listed[] = [];
  try {
    for (let at = 0; at < ids.length; at += IDS_AT_ONCE) {
      const some = ids.slice(at, at + IDS_AT_ONCE);
      const options = { query: queryFor(asking, some), pageSize: some.length, signal };
      await walkPages(listing, scope, options, (items) => {
        found.push(...items.map((item) => ({ scope, id: idOf(type, item), item })));
      });
    }
  } catch (error) {
    unsaidOf(error, scope);
    return [];
  }
  return found;
}

function queryFor({ type, service, passed }: Asking, ids: readonly string[]): Parameters {
  const filters = passed.filter(([name]) => !['id', 'fields', 'sort', 'sort_key', 'sort_dir'].includes(name));
  if (service.listing?.severalIds === 'in') return [...filters, ['id', `in:${ids.join(',')}`]];
  const fields = [type.idField, 'project_id', 'tenant_id'].map((field) => ['fields', field] as const);
  return [...filters, ...ids.map((id) => ['id', id] as const), ...fields];
}
