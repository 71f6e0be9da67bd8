import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll } from 'vitest';
import type { Clock } from '../../../src/ports/clock.ts';
import type { TokenStore } from '../../../src/ports/memory.ts';
import { memoryOnly, openSharedMemory, type SharedMemory } from '../../../src/store/shared/open.ts';
import { locationsConformance } from '../locations.conformance.ts';
import { tokensConformance } from '../tokens.conformance.ts';
import { type CacheKind, type CacheServerProcess, describeWith, startServer } from './servers.ts';

let clock: Clock = { now: () => Date.now() };
const currentClock: Clock = { now: () => clock.now() };
let owners = 0;
const newOwner = (): string => {
  owners += 1;
  return `owner ${owners}`;
};

/** @param memory whose stores are tried, and another that looks at the same */
function conformance(title: string, memory: () => { one: SharedMemory; other: SharedMemory }): void {
  locationsConformance(`locations in ${title}`, () => memory().one.locations(newOwner()));
  tokensConformance(`tokens in ${title}`, (standing) => {
    clock = standing;
    return memory().one.tokens(newOwner());
  });
  tokensConformance(`tokens in ${title}, put by one process and read by another`, (standing) => {
    clock = standing;
    const owner = newOwner();
    const [one, other] = [memory().one.tokens(owner), memory().other.tokens(owner)];
    const both: TokenStore = {
      get: (key) => other.get(key),
      put: (key, value, expiresAt) => one.put(key, value, expiresAt),
      forget: (key) => one.forget(key),
      clear: () => one.clear(),
    };
    return both;
  });
}

describeWith('memcached', 'memory in memcached', () => conformanceOf('memcached'));
describeWith('redis', 'memory in Redis', () => conformanceOf('redis'));

function conformanceOf(kind: CacheKind): void {
  let server: CacheServerProcess;
  let one: SharedMemory;
  let other: SharedMemory;
  beforeAll(async () => {
    server = await startServer(kind);
    const keyText = randomBytes(32).toString('base64');
    const warn = (message: string): void => {
      throw new Error(message);
    };
    const open = () =>
      openSharedMemory({ url: server.url, keyText, warn, clock: currentClock, timeoutMs: 30_000, freshMs: 0 });
    [one, other] = await Promise.all([open(), open()]);
  });
  afterAll(async () => {
    await Promise.all([one.close(), other.close()]);
    await server.stop();
  });
  conformance(kind, () => ({ one, other }));
}

const alone = memoryOnly({ clock: currentClock, locationsLimit: 100_000, tokensLimit: 1000 });
conformance('the memory of one process', () => ({ one: alone, other: alone }));
