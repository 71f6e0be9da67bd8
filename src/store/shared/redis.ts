/** A Redis or Valkey server, through Redis' own client: it has no dependencies, and is loaded only when it is used. */
import type { CacheEntry, CacheServer } from './cache.ts';
import type { RedisAddress } from './cache-url.ts';

const CONNECT_MS = 2000;

/** Connects when it is first asked. */
export async function redisServer(address: RedisAddress): Promise<CacheServer> {
  // Bundled, a CommonJS package that is loaded late has its default export only.
  const { default: redis } = await import('@redis/client');
  return new RedisServer(() => newClient(redis, address));
}

function newClient(redis: typeof import('@redis/client'), { server, tls, username, password, database }: RedisAddress) {
  const client = redis.createClient({
    socket: {
      ...('path' in server ? { path: server.path, tls: false as const } : tls ? { ...server, tls } : server),
      connectTimeout: CONNECT_MS,
      // The next call makes a new connection, and after failures there are few calls.
      reconnectStrategy: false,
    },
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    database,
    // What every version of Redis and Valkey speaks, and what stands in front of them.
    RESP: 2,
    disableClientInfo: true,
    disableOfflineQueue: true,
    commandOptions: { typeMapping: { [redis.RESP_TYPES.BLOB_STRING]: Buffer } },
  });
  return client;
}

type Client = ReturnType<typeof newClient>;

class RedisServer implements CacheServer {
  readonly #newClient: () => Client;
  #client: { readonly self: Client; readonly ready: Promise<Client> } | undefined;

  constructor(create: () => Client) {
    this.#newClient = create;
  }

  async get(keys: readonly string[]): Promise<ReadonlyArray<Buffer | undefined>> {
    const values = await (await this.#ready()).mGet([...keys]);
    return values.map((value) => value ?? undefined);
  }

  async set(entries: readonly CacheEntry[], seconds: number): Promise<readonly boolean[]> {
    const client = await this.#ready();
    const expiration = { type: 'EX' as const, value: seconds };
    await Promise.all(entries.map(({ key, value }) => client.set(key, value, { expiration })));
    return entries.map(() => true);
  }

  async add({ key, value }: CacheEntry, seconds: number): Promise<boolean> {
    const client = await this.#ready();
    const answer = await client.set(key, value, { expiration: { type: 'EX', value: seconds }, condition: 'NX' });
    return answer !== null;
  }

  async delete(keys: readonly string[]): Promise<void> {
    await (await this.#ready()).del([...keys]);
  }

  disconnect(): void {
    if (this.#client?.self.isReady) this.close();
  }

  close(): void {
    const client = this.#client;
    this.#client = undefined;
    if (client !== undefined) destroy(client.self);
  }

  #ready(): Promise<Client> {
    this.#client ??= this.#connect();
    return this.#client.ready;
  }

  #connect(): { readonly self: Client; readonly ready: Promise<Client> } {
    const self = this.#newClient();
    // An idle connection is no reason for a process to go on.
    self.unref();
    const giveUp = () => {
      if (this.#client?.self === self) this.#client = undefined;
    };
    // Whoever waits for an answer hears of it.
    self.on('error', giveUp);
    // The client's own limit ends with the connection; a server that then says nothing would be awaited for ever.
    const timer = setTimeout(() => {
      giveUp();
      destroy(self);
    }, CONNECT_MS);
    timer.unref();
    const ready = self
      .connect()
      .then(() => self)
      .finally(() => clearTimeout(timer));
    ready.catch(giveUp);
    return { self, ready };
  }
}

function destroy(client: Client): void {
  try {
    client.destroy();
  } catch {
    // It has ended by itself.
  }
}
