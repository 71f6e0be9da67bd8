import type { TokenStore } from '../ports/memory.ts';

/**
 * Tokens whose store is opened when the first one is wanted: what opens it may have to be asked for.
 *
 * @param open called once; where it fails, so does whatever wants a token
 */
export function lateTokens(open: () => Promise<TokenStore>): TokenStore {
  let opening: Promise<TokenStore> | undefined;
  const store = () => {
    opening ??= open();
    return opening;
  };
  return {
    get: async (key) => (await store()).get(key),
    put: async (key, value, expiresAt) => (await store()).put(key, value, expiresAt),
    forget: async (key) => (await store()).forget(key),
    clear: async () => (await store()).clear(),
  };
}
