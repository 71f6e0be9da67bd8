import { describe, expect, it } from 'vitest';
import { merged } from '../../src/federation/channel.ts';
import { Gate } from '../../src/federation/gate.ts';
import { type Codec, Vault } from '../../src/federation/vault.ts';
import type { TokenStore } from '../../src/ports/memory.ts';

function store() {
  const held = new Map<string, unknown>();
  const tokens: TokenStore = {
    get: (key) => Promise.resolve(held.get(key)),
    put: (key, value) => Promise.resolve(void held.set(key, value)),
    forget: (key) => Promise.resolve(void held.delete(key)),
    clear: () => Promise.resolve(held.clear()),
  };
  return { held, tokens };
}

/** Numbers that are fresh while they are positive. */
const numbers: Codec<number> = {
  toJson: (value) => value,
  fromJson: (json) => (typeof json === 'number' ? json : undefined),
  expiresAt: () => 1,
  isFresh: (value) => value > 0,
};

describe('the vault', () => {
  it('makes a value once for many callers at once, and remembers it', async () => {
    const { held, tokens } = store();
    const vault = new Vault(tokens);
    let made = 0;
    const make = () => Promise.resolve(++made);
    expect(await Promise.all([vault.obtain('k', numbers, make), vault.obtain('k', numbers, make)])).toEqual([1, 1]);
    expect(held.get('k')).toBe(1);
    expect(await new Vault(tokens).obtain('k', numbers, make)).toBe(1);
  });

  it('makes a value anew when what it has is not fresh any more', async () => {
    const { tokens } = store();
    const vault = new Vault(tokens);
    await vault.put('k', numbers, -1);
    expect(await vault.obtain('k', numbers, () => Promise.resolve(2))).toBe(2);
  });

  it('remembers nothing for others that is good for this process only', async () => {
    const { held, tokens } = store();
    const vault = new Vault(tokens);
    const own: Codec<number> = { ...numbers, toJson: () => undefined };
    expect(await vault.obtain('k', own, () => Promise.resolve(7))).toBe(7);
    expect(await vault.obtain('k', own, () => Promise.resolve(8))).toBe(7);
    await vault.settled();
    expect(held.size).toBe(0);
  });

  it('does not keep a failure', async () => {
    const vault = new Vault(store().tokens);
    await expect(vault.obtain('k', numbers, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await vault.obtain('k', numbers, () => Promise.resolve(3))).toBe(3);
  });

  it('gives at once what it has, once it is made and as long as it is fresh', async () => {
    const vault = new Vault(store().tokens);
    const made = vault.obtain('k', numbers, () => Promise.resolve(5));
    expect(vault.held('k', numbers)).toBeUndefined();
    await made;
    expect(vault.held('k', numbers)).toBe(5);
    await vault.put('k', numbers, -1);
    expect(vault.held('k', numbers)).toBeUndefined();
    await vault.put('k', numbers, 6);
    await vault.forget('k');
    expect(vault.held('k', numbers)).toBeUndefined();
  });

  it('takes what it cannot read for nothing', async () => {
    const { held, tokens } = store();
    held.set('k', { strange: true });
    expect(await new Vault(tokens).obtain('k', numbers, () => Promise.resolve(4))).toBe(4);
  });
});

/** A store that several processes share, each with a vault of its own; time passes only in `sleep`. */
function sharedStore() {
  const { held, tokens } = store();
  let time = 0;
  const claims = new Map<string, number>();
  const shared: TokenStore = {
    ...tokens,
    claim: (key, ms) => {
      if ((claims.get(key) ?? 0) > time) return Promise.resolve(undefined);
      claims.set(key, time + ms);
      return Promise.resolve({ release: () => Promise.resolve(void claims.delete(key)) });
    },
  };
  const sleeps: number[] = [];
  const events = new Map<number, () => void>();
  const sleep = async (ms: number) => {
    sleeps.push(ms);
    time += ms;
    events.get(sleeps.length)?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { held, shared, claims, sleeps, events, open: () => new Vault(shared, sleep), timeNow: () => time };
}

describe('vaults that share a store', () => {
  it('make a value once for all processes that want it at once', async () => {
    const { open, claims, events } = sharedStore();
    const allWait = new Promise<void>((resolve) => events.set(19, resolve));
    let made = 0;
    const make = async () => {
      await allWait;
      return ++made;
    };
    const values = await Promise.all(Array.from({ length: 20 }, () => open().obtain('k', numbers, make)));
    expect(new Set(values)).toEqual(new Set([1]));
    expect(made).toBe(1);
    expect(claims.size).toBe(0);
  });

  it('wait for what another process makes, looking less and less often', async () => {
    const { open, shared, held, sleeps, events } = sharedStore();
    await shared.claim?.('k', 5000);
    events.set(7, () => held.set('k', 42));
    expect(await open().obtain('k', numbers, () => Promise.reject(new Error('made')))).toBe(42);
    expect(sleeps).toEqual([25, 50, 100, 200, 400, 400, 400]);
  });

  it('make it after some seconds when the other process died', async () => {
    const { open, shared, timeNow } = sharedStore();
    await shared.claim?.('k', 5000);
    expect(await open().obtain('k', numbers, () => Promise.resolve(7))).toBe(7);
    expect(timeNow()).toBeGreaterThanOrEqual(5000);
    expect(timeNow()).toBeLessThan(6000);
  });

  it('make it themselves after some seconds when others never stop saying that they are at it', async () => {
    const { open, shared, timeNow } = sharedStore();
    shared.claim = () => Promise.resolve(undefined);
    expect(await open().obtain('k', numbers, () => Promise.resolve(7))).toBe(7);
    expect(timeNow()).toBeLessThan(6000);
  });

  it('make it at once when the other process failed', async () => {
    const { open, claims, sleeps, events } = sharedStore();
    const otherWaits = new Promise<void>((resolve) => events.set(1, resolve));
    const failing = open().obtain('k', numbers, async () => {
      await otherWaits;
      throw new Error('refused');
    });
    const waiting = open().obtain('k', numbers, () => Promise.resolve(8));
    await expect(failing).rejects.toThrow('refused');
    expect(await waiting).toBe(8);
    expect(claims.size).toBe(0);
    expect(sleeps.length).toBeGreaterThan(0);
  });

  it('do not make what another process put just before the claim', async () => {
    const { open, shared, held, claims } = sharedStore();
    const { claim } = shared;
    shared.claim = (key, ms) => {
      held.set(key, 9);
      return claim?.(key, ms) ?? Promise.resolve(undefined);
    };
    expect(await open().obtain('k', numbers, () => Promise.reject(new Error('made')))).toBe(9);
    expect(claims.size).toBe(0);
  });
});

describe('merging what several producers push', () => {
  it('gives everything, and then ends', async () => {
    const got: number[] = [];
    const stream = merged<number>(async (push) => {
      await Promise.all([push(1), push(2)]);
      await push(3);
    });
    for await (const value of stream) got.push(value);
    expect(got).toEqual([1, 2, 3]);
  });

  it('holds a producer back until what it pushed was taken', async () => {
    let pushed = 0;
    const stream = merged<number>(async (push) => {
      for (let at = 0; at < 100; at += 1) {
        await push(at);
        pushed += 1;
      }
    });
    await stream.next();
    await stream.next();
    expect(pushed).toBeLessThan(4);
  });

  it('fails as the producers fail, after what was pushed before', async () => {
    const stream = merged<number>(async (push) => {
      await push(1);
      throw new Error('broken');
    });
    expect((await stream.next()).value).toBe(1);
    await expect(stream.next()).rejects.toThrow('broken');
  });
});

describe('the gate', () => {
  it('lets only so many pass at once, and everybody in the end', async () => {
    const gate = new Gate(2);
    let inside = 0;
    let most = 0;
    const work = async () => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
    };
    await Promise.allSettled(
      Array.from({ length: 9 }, (_, at) => gate.pass(at === 3 ? () => Promise.reject(new Error('x')) : work)),
    );
    expect(most).toBe(2);
    expect(await gate.pass(() => Promise.resolve('free'))).toBe('free');
  });

  it.each([
    ['oldest', [1, 2, 3, 4]],
    ['newest', [1, 4, 3, 2]],
  ] as const)('lets the %s of those go on that wait', async (next, order) => {
    const gate = new Gate(1, next);
    const passed: number[] = [];
    await Promise.all([1, 2, 3, 4].map((each) => gate.pass(() => Promise.resolve(void passed.push(each)))));
    expect(passed).toEqual(order);
  });
});
