import type { Unsaid } from '../errors.ts';
import type { CancelSignal } from '../ports/http.ts';
import { serviceOf } from '../services/index.ts';
import type { ResourceType } from '../services/types.ts';
import { anySignal, isCancelled } from './abort.ts';
import { askScopes, type RankedScope } from './ask.ts';
import type { Caller } from './call.ts';
import { merged } from './channel.ts';
import { Gate } from './gate.ts';
import { Lesson } from './lesson.ts';
import type { Memory } from './memory.ts';
import { isShared, ownerOf, preferOwner } from './owner.ts';
import { textAt, valueAt } from './pointer.ts';
import type { Narrowing, Roster } from './roster.ts';
import { regionKey } from './scope.ts';
import { walkPages } from './walk-pages.ts';

export interface ListOptions {
  readonly narrowing?: Narrowing;
  /** Filters that are passed to the service as they are. */
  readonly query?: ReadonlyArray<readonly [string, string]>;
  /** Only items with exactly this name, whatever the service makes of `?name=`. */
  readonly name?: string;
  /** Only items with this status, in any case. */
  readonly status?: string;
  /** At most so many items from each scope. */
  readonly limit?: number;
  readonly pageSize?: number;
  readonly awaiting?: (providers: readonly string[]) => void;
  readonly signal?: CancelSignal;
}

export interface ListedItem {
  readonly scope: RankedScope;
  readonly item: unknown;
}

/** What a listing says as it goes on. */
export type ListEvent =
  | { readonly kind: 'items'; readonly items: readonly ListedItem[] }
  /** It has begun to answer. */
  | { readonly kind: 'answered'; readonly scope: RankedScope }
  /** It has given everything. */
  | { readonly kind: 'scope-done'; readonly scope: RankedScope }
  /** The provider has no such service, which is normal. */
  | { readonly kind: 'no-service'; readonly scope: RankedScope }
  | { readonly kind: 'unsaid'; readonly unsaid: Unsaid };

/**
 * List a type over all scopes at once, in the order in which items arrive, some at a time.
 *
 * A resource that several projects of a provider see (a public image, a shared network, a flavor) is given once, by
 * the scope that owns it where that is one of the user's.
 *
 * @throws HomeAuthError, UsageError; what goes wrong at one provider is an `unsaid` event
 */
export async function* list(
  roster: Roster,
  caller: Caller,
  memory: Memory,
  type: ResourceType,
  options: ListOptions = {},
): AsyncGenerator<ListEvent, void> {
  const service = serviceOf(type.service);
  if (service === undefined) return;
  const stopped = new AbortController();
  const signal = anySignal(options.signal, stopped.signal);
  const shared = new SharedItems(type);
  const lesson = new Lesson(memory, type);
  // The newest first: a few walks come to the end of their pages, and what the others have got stays what it is. In
  // turns, everybody's pieces would wait so long that the garbage collector takes them for things that last.
  const listing = { caller, service, type, turn: new Gate(1, 'newest') };
  const query = [...(options.query ?? []), ...nameQuery(type, options.name), ...statusQuery(type, options)];
  const limits = pageLimits(options);
  try {
    yield* merged<ListEvent>(async (push) => {
      const late: Array<Promise<void>> = [];
      const hooks = {
        signal,
        service,
        unsaid: (unsaid: Unsaid) => void late.push(push({ kind: 'unsaid', unsaid })),
        ...(options.narrowing !== undefined && { narrowing: options.narrowing }),
        ...(options.awaiting !== undefined && { awaiting: options.awaiting }),
      };
      await askScopes(roster, hooks, async (scope) => {
        const answered = () => void late.push(push({ kind: 'answered', scope }));
        const hasService = await walkPages(listing, scope, { query, signal, answered, ...limits }, async (found) => {
          await lesson.add(found, scope);
          const items = found.filter((item) => wanted(type, item, options)).map((item) => ({ scope, item }));
          const given = isShared(type) ? shared.hold(items) : items;
          if (given.length > 0) await push({ kind: 'items', items: given });
        });
        await push({ kind: hasService ? 'scope-done' : 'no-service', scope });
      });
      const rest = shared.rest();
      if (rest.length > 0) await push({ kind: 'items', items: rest });
      await Promise.all(late);
    });
    if (isCancelled(options.signal)) throw options.signal?.reason;
  } finally {
    // A reader that stops early stops the walks.
    stopped.abort();
    await lesson.end();
  }
}

/** A limit counts items that are shown: where fed itself filters, the service's pages may not be cut short. */
function pageLimits({ limit, pageSize, name, status }: ListOptions) {
  const filtered = name !== undefined || status !== undefined;
  return { ...(pageSize !== undefined && { pageSize }), ...(limit !== undefined && !filtered && { limit }) };
}

function wanted(type: ResourceType, item: unknown, { name, status }: ListOptions): boolean {
  if (name !== undefined && valueAt(item, `/${nameFieldOf(type)}`) !== name) return false;
  return status === undefined || textAt(item, '/status')?.toLowerCase() === status.toLowerCase();
}

/**
 * `?name=` where it narrows without losing anything: exact filters, and patterns only for names in which no character
 * means something else. Glance reads `in:` and other operators in front of a value.
 */
function nameQuery(type: ResourceType, name: string | undefined): ReadonlyArray<readonly [string, string]> {
  if (name === undefined || type.nameFilter === 'none') return [];
  const plain = type.nameFilter === 'exact' ? !/^\w+:/.test(name) : /^[\w-]+$/.test(name);
  return plain ? [[nameFieldOf(type), name]] : [];
}

/** `?status=` as the service writes it, where it finds all that have this status, and nothing else is asked for. */
function statusQuery({ statusFilter }: ResourceType, { status, query = [] }: ListOptions): Array<[string, string]> {
  if (status === undefined || statusFilter === 'none' || query.some(([key]) => key === 'status')) return [];
  const written = statusFilter.letters === 'upper' ? status.toUpperCase() : status.toLowerCase();
  return statusFilter.standIns?.includes(written) ? [] : [['status', written]];
}

function nameFieldOf(type: ResourceType): string {
  return type.nameField ?? 'name';
}

/** Items that several scopes of a provider may list: held until it is clear which of them gives each. */
class SharedItems {
  readonly #type: ResourceType;
  readonly #held = new Map<string, ListedItem[]>();
  readonly #given = new Set<string>();

  constructor(type: ResourceType) {
    this.#type = type;
  }

  /** Those that the owner itself lists, which can be given at once; the others are held. */
  hold(items: readonly ListedItem[]): ListedItem[] {
    return items.filter((each) => {
      const key = JSON.stringify([regionKey(each.scope), valueAt(each.item, `/${this.#type.idField}`)]);
      if (this.#given.has(key)) return false;
      if (ownerOf(this.#type, each.item) === each.scope.project.id) {
        this.#given.add(key);
        this.#held.delete(key);
        return true;
      }
      this.#held.set(key, [...(this.#held.get(key) ?? []), each]);
      return false;
    });
  }

  /** Those whose owner is none of the scopes, by the first scope that saw each. */
  rest(): ListedItem[] {
    return [...this.#held.values()]
      .map((seen) => preferOwner(seen, undefined))
      .filter((each) => each !== undefined)
      .sort((a, b) => a.scope.rank - b.scope.rank);
  }
}
