import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Codec, Vault } from '../../../src/federation/vault.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import { openSharedMemory, type SharedMemory, type SharedMemoryOptions } from '../../../src/store/shared/open.ts';
import { allOf, entry } from '../locations.conformance.ts';
import { type CacheKind, type CacheServerProcess, describeWith, startServer } from './servers.ts';

const clock: Clock = { now: () => Date.now() };
const newKey = (): string => randomBytes(32).toString('base64');
const soon = (): number => Date.now() + 3_600_000;
const secrets = {
  user: 'b5f1e6d27c9a4a35a9b8e1a2c3d4e5f6',
  token: 'gAAAAABmSecretTokenOfAlice',
  project: '0123456789abcdef0123456789abcdef',
  id: '6f1f0000-0000-4000-8000-00000000beef',
  provider: 'sp-in-the-clear',
};

const opened: SharedMemory[] = [];
const warnings: string[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((memory) => memory.close()));
  warnings.length = 0;
});

/** A process' memory. It is patient, as the machine may be busy, unless it is told otherwise. */
async function open(url: string, options: Partial<SharedMemoryOptions> = {}): Promise<SharedMemory> {
  const memory = await openSharedMemory({
    url,
    warn: (message) => warnings.push(message),
    clock,
    timeoutMs: 10_000,
    freshMs: 0,
    ...options,
  });
  opened.push(memory);
  return memory;
}

/** Wait until something holds, by doing what may bring it about again and again. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
}

describeWith('memcached', 'memory shared through memcached', () => sharing('memcached'));
describeWith('redis', 'memory shared through Redis', () => sharing('redis'));

/** How to look into, empty, and spoil a server, in its own words. */
const words = {
  memcached: {
    flush: ['flush_all\r\n', 'OK'],
    all: ['lru_crawler metadump all\r\n', 'END'],
    key: /key=(\S+)/g,
    get: (key: string) => [`get ${decodeURIComponent(key)}\r\n`, 'END\r\n'],
    set: (key: string, value: string) => [
      `set ${decodeURIComponent(key)} 0 0 ${value.length}\r\n${value}\r\n`,
      'STORED',
    ],
  },
  redis: {
    flush: ['FLUSHALL\r\n', 'OK'],
    all: ['KEYS *\r\nPING\r\n', 'PONG'],
    key: /(fed:\S+)/g,
    get: (key: string) => [`GET ${key}\r\nPING\r\n`, 'PONG'],
    set: (key: string, value: string) => [
      `*3\r\n$3\r\nSET\r\n$${key.length}\r\n${key}\r\n$${value.length}\r\n${value}\r\n`,
      'OK',
    ],
  },
} as const;

function sharing(kind: CacheKind): void {
  let server: CacheServerProcess;
  let keyText: string;
  beforeAll(async () => {
    server = await startServer(kind);
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    keyText = newKey();
    await say(words[kind].flush);
  });

  const say = ([commands, end]: readonly string[]): Promise<string> => server.say(commands ?? '', end ?? '');
  /** The keys in the cache. memcached does not always tell all at once, so it must be known how many there are. */
  const keysThere = async (count: number): Promise<string[]> => {
    let keys: string[] = [];
    await until(async () => {
      keys = [...(await say(words[kind].all)).matchAll(words[kind].key)].map(([, key = '']) => key);
      return keys.length === count;
    });
    return keys;
  };

  it('lets one process know what another learned, forgot, and cleared', async () => {
    const [one, other] = [await open(server.url, { keyText }), await open(server.url, { keyText })];
    await one.locations('alice').put([entry('one'), entry('two')]);
    await one.tokens('alice').put('sp-a', { secret: secrets.token }, soon());
    expect(await other.locations('alice').find('one')).toEqual([entry('one')]);
    expect(await other.tokens('alice').get('sp-a')).toEqual({ secret: secrets.token });
    await other.locations('alice').forget('server', 'one');
    await other.tokens('alice').forget('sp-a');
    expect(await one.locations('alice').find('one')).toEqual([]);
    expect(await one.tokens('alice').get('sp-a')).toBeUndefined();
    await other.locations('alice').clear();
    expect(await one.locations('alice').find('two')).toEqual([]);
  });

  it('keeps users apart', async () => {
    const memory = await open(server.url, { keyText });
    await memory.locations('alice').put([entry('one')]);
    await memory.tokens('alice').put('home', 1, soon());
    await memory.locations('bob').clear();
    expect(await memory.locations('bob').find('one')).toEqual([]);
    expect(await memory.tokens('bob').get('home')).toBeUndefined();
    expect(await memory.locations('alice').find('one')).toEqual([entry('one')]);
  });

  it('keeps nothing in clear: no user, token, project, provider or resource', async () => {
    const memory = await open(server.url, { keyText });
    const tokens = memory.tokens(secrets.user);
    await tokens.put(`["token","${secrets.provider}"]`, { secret: secrets.token }, soon());
    await tokens.claim?.(`["token","${secrets.project}"]`, 60_000);
    await memory
      .locations(secrets.user)
      .put([entry(secrets.id, { provider: secrets.provider, projectId: secrets.project })]);
    // A token, a claim, a location, and the generations of both.
    const keys = await keysThere(5);
    const values = await Promise.all(keys.map((key) => say(words[kind].get(key))));
    const dump = [...keys, ...values].join('\n');
    expect(dump.length).toBeGreaterThan(500);
    for (const secret of Object.values(secrets)) {
      expect(dump).not.toContain(secret);
      expect(dump).not.toContain(Buffer.from(secret).toString('base64').slice(0, 20));
      expect(dump).not.toContain(Buffer.from(secret).toString('hex'));
    }
  });

  it('takes garbage, cut and swapped values for nothing, and writes good ones over them', async () => {
    const memory = await open(server.url, { keyText });
    const fill = async () => {
      for (const index of [1, 2, 3]) await memory.tokens('alice').put(`key ${index}`, index, soon() + index);
      await memory.locations('alice').put([entry('one'), entry('two', { provider: 'sp-b' })]);
    };
    await fill();
    const keys = await keysThere(7);
    const values = await Promise.all(keys.map((key) => say(words[kind].get(key))));
    const sealed = values.map((value) => /fed tokens 1[\s\S]*?(?=\r\n(?:END|\+PONG))/.exec(value)?.[0] ?? '');
    expect(sealed.every((value) => value.length > 60)).toBe(true);
    const spoilers: Array<(at: number) => string> = [
      () => '',
      () => 'garbage',
      () => '\0'.repeat(500),
      () => 'x'.repeat(100_000),
      (at) => sealed[at]?.slice(0, -1) ?? '',
      (at) => sealed[at]?.slice(0, 50) ?? '',
      (at) => sealed[at]?.replace('tokens 1', 'tokens 2') ?? '',
      (at) => sealed[(at + 1) % sealed.length] ?? '',
    ];
    for (const spoil of spoilers) {
      for (const [at, key] of keys.entries()) await say(words[kind].set(key, spoil(at)));
      const other = await open(server.url, { keyText });
      expect(await other.tokens('alice').get('key 1')).toBeUndefined();
      expect(await other.locations('alice').find('one')).toEqual([]);
      await other.tokens('alice').put('key 1', 'good', soon());
      await other.locations('alice').put([entry('one', { provider: 'good' })]);
      expect(await memory.tokens('alice').get('key 1')).toBe('good');
      expect(await memory.locations('alice').find('one')).toEqual([entry('one', { provider: 'good' })]);
    }
    expect(warnings).toEqual([]);
  });

  it('is as good as new after it was emptied', async () => {
    const [one, other] = [await open(server.url, { keyText }), await open(server.url, { keyText })];
    await one.locations('alice').put([entry('one')]);
    await say(words[kind].flush);
    expect(await other.locations('alice').find('one')).toEqual([]);
    await one.locations('alice').put([entry('one')]);
    await one.tokens('alice').put('home', 1, soon());
    expect(await other.locations('alice').find('one')).toEqual([entry('one')]);
    expect(await other.tokens('alice').get('home')).toBe(1);
    expect(warnings).toEqual([]);
  });

  it('goes on alone while the server is stopped, and shares again when it is back', async () => {
    const impatient = { keyText, pauseMs: 50 };
    const [one, other] = [await open(server.url, impatient), await open(server.url, impatient)];
    await one.locations('alice').put([entry('before')]);
    await one.tokens('alice').put('home', 'before', soon());
    await server.stop();
    try {
      for (let index = 0; index < 20; index += 1) {
        await one.locations('alice').put([entry(`id-${index}`)]);
        await one.tokens('alice').put('home', index, soon());
        expect(await one.locations('alice').find(`id-${index}`)).toEqual([entry(`id-${index}`)]);
        expect(await one.tokens('alice').get('home')).toBe(index);
        expect(await one.tokens('alice').claim?.('home', 5000)).toBeDefined();
      }
      expect(await one.locations('alice').find('before')).toEqual([entry('before')]);
      await one.locations('alice').forget('server', 'before');
      expect(await one.locations('alice').find('before')).toEqual([]);
      expect(await other.locations('alice').find('before')).toEqual([]);
      expect(warnings).toHaveLength(1);
    } finally {
      await server.start();
    }
    await until(async () => {
      await one.locations('alice').put([entry('after', { provider: randomBytes(4).toString('hex') })]);
      return (await other.locations('alice').find('after')).length === 1;
    });
    expect(warnings.filter((warning) => warning.includes('answers again'))).toHaveLength(warnings.length / 2);
    expect(warnings.length).toBeLessThanOrEqual(4);
  });

  it('clears for all when the server, which was away, is back', async () => {
    const [one, other] = [await open(server.url, { keyText, pauseMs: 50 }), await open(server.url, { keyText })];
    await one.locations('alice').put([entry('one')]);
    await server.stop();
    await one.locations('alice').clear();
    expect(await allOf(one.locations('alice'))).toEqual([]);
    await server.start();
    await until(async () => {
      await one.locations('alice').put([entry('two')]);
      return (await other.locations('alice').find('two')).length === 1;
    });
    expect(await other.locations('alice').find('one')).toEqual([]);
  });

  it('answers 10,000 questions at once', async () => {
    const [one, other] = [await open(server.url, { keyText }), await open(server.url, { keyText })];
    const many = Array.from({ length: 1000 }, (_, index) => entry(`id-${index}`));
    await one.locations('alice').put(many);
    const found = await Promise.all(
      Array.from({ length: 10_000 }, (_, index) => other.locations('alice').find(`id-${index % 1100}`)),
    );
    expect(found.filter((entries) => entries.length === 1)).toHaveLength(
      Array.from({ length: 10_000 }, (_, index) => index % 1100).filter((index) => index < 1000).length,
    );
    expect(warnings).toEqual([]);
  });

  it('writes nothing for what is there already', async () => {
    const [one, other] = [await open(server.url, { keyText }), await open(server.url, { keyText })];
    const expiresAt = soon();
    const put = async (memory: SharedMemory) => {
      await memory.locations('alice').put([entry('one'), entry('two')]);
      await memory.tokens('alice').put('home', { roles: ['member'] }, expiresAt);
    };
    await put(one);
    const keys = await keysThere(5);
    const stored = async (): Promise<string> =>
      (await Promise.all(keys.map((key) => say(words[kind].get(key))))).join('\n');
    const before = await stored();
    await put(one);
    await other.locations('alice').put([entry('one'), entry('two')]);
    // Whatever is sealed anew looks different.
    expect(await stored()).toBe(before);
    await one.locations('alice').put([entry('one', { provider: 'sp-b' })]);
    expect(await stored()).not.toBe(before);
  });

  it('says who may make a value until it is released or its time is over', async () => {
    const [one, other] = [await open(server.url, { keyText }), await open(server.url, { keyText })];
    const claim = await one.tokens('alice').claim?.('home', 60_000);
    expect(claim).toBeDefined();
    expect(await other.tokens('alice').claim?.('home', 60_000)).toBeUndefined();
    expect(await other.tokens('bob').claim?.('home', 60_000)).toBeDefined();
    await claim?.release();
    expect(await other.tokens('alice').claim?.('home', 1)).toBeDefined();
    await until(async () => (await one.tokens('alice').claim?.('home', 60_000)) !== undefined);
  });

  it('has one process make a token that many want at once', async () => {
    const numbers: Codec<number> = {
      toJson: (value) => value,
      fromJson: (json) => (typeof json === 'number' ? json : undefined),
      expiresAt: soon,
      isFresh: () => true,
    };
    const memories = await Promise.all(Array.from({ length: 5 }, () => open(server.url, { keyText })));
    const vaults = memories.flatMap((memory) => [memory, memory].map((each) => new Vault(each.tokens('alice'))));
    let made = 0;
    const make = async () => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      made += 1;
      return made;
    };
    expect(await Promise.all(vaults.map((vault) => vault.obtain('home', numbers, make)))).toEqual(vaults.map(() => 1));
    expect(made).toBe(1);
  });

  it('shows whoever claims a token what others put in place of the one it has', async () => {
    const patient = { keyText, freshMs: 3_600_000 };
    const [one, other] = [await open(server.url, patient), await open(server.url, patient)];
    await one.tokens('alice').put('home', 'old', soon());
    expect(await other.tokens('alice').get('home')).toBe('old');
    await one.tokens('alice').put('home', 'new', soon());
    expect(await other.tokens('alice').get('home')).toBe('old');
    await other.tokens('alice').claim?.('home', 60_000);
    expect(await other.tokens('alice').get('home')).toBe('new');
  });

  it('does not lose what is remembered while keys are rotated', async () => {
    const [old, young] = [newKey(), newKey()];
    const ring = (...keys: string[]) => open(server.url, { keyText: keys.join('\n') });
    const [before, during, after] = [await ring(old, young), await ring(young, old), await ring(young)];
    await before.tokens('alice').put('home', 'old', soon());
    expect(await during.tokens('alice').get('home')).toBe('old');
    expect(await after.tokens('alice').get('home')).toBe('old');
    await during.tokens('alice').put('home', 'new', soon());
    expect(await before.tokens('alice').get('home')).toBe('new');
    await before.tokens('alice').put('home', 'newer', soon());
    expect(await during.tokens('alice').get('home')).toBe('newer');
    await during.tokens('alice').forget('home');
    expect(await before.tokens('alice').get('home')).toBeUndefined();
    await during.tokens('bob').put('home', 'newest', soon());
    expect(await after.tokens('bob').get('home')).toBe('newest');
  });

  it('gives nothing to a process with another key', async () => {
    const [one, other] = [await open(server.url, { keyText }), await open(server.url, { keyText: newKey() })];
    await one.locations('alice').put([entry('one')]);
    await one.tokens('alice').put('home', 1, soon());
    expect(await other.locations('alice').find('one')).toEqual([]);
    expect(await other.tokens('alice').get('home')).toBeUndefined();
    await other.tokens('alice').put('home', 2, soon());
    expect(await one.tokens('alice').get('home')).toBe(1);
  });

  it('keeps a value that is too large for the server in this process', async () => {
    const [one, other] = [await open(server.url, { keyText }), await open(server.url, { keyText })];
    const large = 'x'.repeat(2_000_000);
    await one.tokens('alice').put('home', large, soon());
    expect(await one.tokens('alice').get('home')).toBe(large);
    // Redis takes it.
    expect(await other.tokens('alice').get('home')).toBe(kind === 'redis' ? large : undefined);
    expect(warnings).toEqual([]);
  });
}

describeWith('redis', 'a Redis with a password, on a socket in the file system', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fed-redis-'));
  const socket = join(folder, 'redis.sock');
  let server: CacheServerProcess;
  beforeAll(async () => {
    server = await startServer('redis', ['--requirepass', 's:ecret@', '--unixsocket', socket]);
  });
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  it('is shared with whoever knows it, at each database apart', async () => {
    const keyText = newKey();
    const overTcp = server.url.replace('://', '://:s%3Aecret%40@');
    const one = await open(`${overTcp}/3`, { keyText });
    const other = await open(`redis://:s%3Aecret%40@${socket}?db=3`, { keyText });
    const elsewhere = await open(overTcp, { keyText });
    await one.locations('alice').put([entry('one')]);
    expect(await other.locations('alice').find('one')).toEqual([entry('one')]);
    expect(await elsewhere.locations('alice').find('one')).toEqual([]);
    expect(warnings).toEqual([]);
  });

  it.each(['', ':wrong-secret@'])(
    'is left alone by whoever does not (%j), and the warning says why',
    async (password) => {
      const memory = await open(server.url.replace('://', `://${password}`), { keyText: newKey() });
      for (let index = 0; index < 9; index += 1) await memory.tokens('alice').put('home', index, soon());
      expect(await memory.tokens('alice').get('home')).toBe(8);
      expect(warnings).toEqual([expect.stringMatching(/cannot be used: (WRONGPASS|NOAUTH|ERR)/)]);
      expect(warnings[0]).not.toContain('secret');
    },
  );
});

describe('a server that accepts and says nothing', () => {
  let silent: Server;
  const sockets = new Set<Socket>();
  let port = 0;
  beforeAll(async () => {
    silent = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
    });
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
  });
  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    silent.close();
  });

  it.each(['memcached://127.0.0.1:PORT', 'redis://127.0.0.1:PORT', 'redis://user:password@127.0.0.1:PORT/1'])(
    'is waited for a few times, and then left alone (%s)',
    async (url) => {
      const memory = await open(url.replace('PORT', String(port)), { keyText: newKey(), timeoutMs: 20 });
      for (let index = 0; index < 50; index += 1) {
        await memory.locations('alice').put([entry(`id-${index}`)]);
        expect(await memory.locations('alice').find(`id-${index}`)).toEqual([entry(`id-${index}`)]);
        await memory.tokens('alice').put('home', index, soon());
        expect(await memory.tokens('alice').get('home')).toBe(index);
      }
      expect(warnings).toEqual([
        expect.stringMatching(/^The shared memory at .* cannot be used: no answer within 20 ms/),
      ]);
      expect(warnings[0]).not.toContain('password');
    },
  );
});

describe('shared memory that cannot be used', () => {
  it.each([
    [{ url: 'http://127.0.0.1', keyText: newKey() }, /begins with http/],
    [{ url: 'redis://127.0.0.1' }, /no key/],
    [{ url: 'redis://127.0.0.1', keyText: 'short' }, /line 1/],
  ])('is refused at once', async (options, why) => {
    await expect(openSharedMemory({ warn: () => undefined, clock, ...options })).rejects.toThrow(why);
  });
});
