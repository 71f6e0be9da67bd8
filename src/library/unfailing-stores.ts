import type { LocationStore, TokenStore } from '../ports/memory.ts';
import type { MemoryStores } from './options.ts';

/** Stores of a program's own that never fail: where they do, it is as if nothing were remembered. */
export function unfailingStores(stores: MemoryStores): MemoryStores {
  return {
    tokens: (identity) => unfailingTokens(stores.tokens(identity)),
    locations: (owner) => unfailingLocations(stores.locations(owner)),
  };
}

function unfailingTokens(store: TokenStore): TokenStore {
  const { claim } = store;
  return {
    get: (key) => attempted(() => store.get(key), undefined),
    put: (key, value, expiresAt) => attempted(() => store.put(key, value, expiresAt), undefined),
    forget: (key) => attempted(() => store.forget(key), undefined),
    clear: () => store.clear(),
    // Without an answer nobody says that another makes the same; and the claim ends by itself.
    ...(claim !== undefined && {
      claim: async (key: string, ms: number) => {
        const held = await attempted(() => claim.call(store, key, ms), { release: () => Promise.resolve() });
        return held && { release: () => attempted(() => held.release(), undefined) };
      },
    }),
  };
}

function unfailingLocations(store: LocationStore): LocationStore {
  const { held, recent } = store;
  return {
    find: (id) => attempted(() => store.find(id), []),
    put: (entries) => attempted(() => store.put(entries), undefined),
    forget: (type, id) => attempted(() => store.forget(type, id), undefined),
    entries: () => store.entries(),
    clear: () => store.clear(),
    ...(held !== undefined && { held: (id: string) => held.call(store, id) }),
    ...(recent !== undefined && { recent: () => attempted(() => recent.call(store), []) }),
  };
}

/** Also what a store throws at once, in place of a promise. */
async function attempted<Value>(ask: () => Promise<Value>, otherwise: Value): Promise<Value> {
  try {
    return await ask();
  } catch {
    return otherwise;
  }
}
