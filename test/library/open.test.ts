import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  ConfigError,
  type ExchangeEvent,
  Federation,
  HomeAuthError,
  type OpenOptions,
  UsageError,
} from '../../src/index.ts';
import { memoryOnly } from '../../src/store/shared/open.ts';
import { collected, useClouds } from './clouds.ts';

const clouds = useClouds();

/** alice, as options. */
function alice(more: object = {}): OpenOptions {
  const { OS_AUTH_URL = '', OS_USERNAME = '', OS_PASSWORD = '', OS_PROJECT_NAME = '' } = clouds.env();
  return {
    ...{ authUrl: OS_AUTH_URL, username: OS_USERNAME, password: OS_PASSWORD, projectName: OS_PROJECT_NAME },
    ...more,
  };
}

async function using<T>(options: OpenOptions, work: (federation: Federation) => Promise<T>): Promise<T> {
  const federation = await Federation.open(options);
  try {
    return await work(federation);
  } finally {
    await federation.close();
  }
}

const providers = async (federation: Federation) => (await federation.scopes()).map(({ provider }) => provider);
const EVERYWHERE = ['home', 'sp-a', 'sp-a', 'sp-b', 'sp-c'];

/** A token of home's, as something else than a federation makes it. */
async function homeToken(user = 'alice'): Promise<string> {
  const env = clouds.env(user);
  const domain = { name: 'Default' };
  const identity = {
    methods: ['password'],
    password: { user: { name: env.OS_USERNAME, password: env.OS_PASSWORD, domain } },
  };
  const answer = await fetch(`${env.OS_AUTH_URL}/auth/tokens`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ auth: { identity, scope: { project: { name: env.OS_PROJECT_NAME, domain } } } }),
  });
  return answer.headers.get('x-subject-token') ?? '';
}

it.each(['rejects', 'throws'])('goes on where a store of the program’s own %s', async (how) => {
  const failed = (): Promise<never> => {
    if (how === 'throws') throw new Error('the store is away');
    return Promise.reject(new Error('the store is away'));
  };
  const tokens = { get: failed, put: failed, forget: failed, clear: failed, claim: failed };
  const locations = { find: failed, recent: failed, put: failed, forget: failed, clear: failed, entries: failed };
  const memory = { tokens: () => tokens, locations: () => locations } as unknown as OpenOptions['memory'];
  await using(alice({ memory }), async (federation) => {
    const [first] = await collected(federation.list('volume', { limit: 1 }));
    const { id } = first?.item ?? { id: 'none' };
    expect((await federation.show('volume', String(id))).item).toMatchObject({ id });
  });
});

describe('opening', () => {
  it('takes everything from options, and then nothing from the environment', async () => {
    expect(await using(alice(), providers)).toEqual(EVERYWHERE);
    expect(await using(alice({ homeName: 'here', skip: ['sp-a'] }), providers)).toEqual(['here', 'sp-b', 'sp-c']);
  });

  it('takes an entry of clouds.yaml', async () => {
    const { OS_AUTH_URL, OS_USERNAME, OS_PASSWORD, OS_PROJECT_NAME } = clouds.env();
    const auth = { auth_url: OS_AUTH_URL, username: OS_USERNAME, password: OS_PASSWORD, project_name: OS_PROJECT_NAME };
    writeFileSync(join(clouds.folder, 'clouds.yaml'), JSON.stringify({ clouds: { mine: { auth } } }));
    const env = { HOME: clouds.folder };
    expect(await using({ cloud: 'mine', cwd: clouds.folder, env }, providers)).toEqual(EVERYWHERE);
  });

  it('takes tokens that are made elsewhere, of one user', async () => {
    const { authUrl } = alice() as { authUrl: string };
    const token = await homeToken();
    expect(await using({ authUrl, token: () => Promise.resolve(token) }, providers)).toEqual(EVERYWHERE);
    const tokens = [token, await homeToken('bob')];
    await using({ authUrl, token: () => Promise.resolve(tokens.shift() ?? '') }, async (federation) => {
      await expect(providers(federation)).rejects.toThrow('not all of the same user and project');
    });
  });

  it('says what is wrong with the options', async () => {
    const { OS_AUTH_URL } = clouds.env();
    const wrong: ReadonlyArray<readonly [object, string]> = [
      [{ authUrl: OS_AUTH_URL, cloud: 'mine' }, 'not both'],
      [{ authUrl: 'nonsense', username: 'x' }, 'authUrl is not an http: or https: URL'],
      [{ authUrl: OS_AUTH_URL }, 'the user is missing'],
      [alice({ usernam: 'x' }), 'There is no option usernam.'],
      [alice({ password: 7 }), 'password must be a string'],
      [alice({ authUrl: 'https://127.0.0.1:1/v3', cacert: '/nowhere/ca.pem' }), 'cacert names no file that exists'],
      [alice({ retries: -1 }), 'retries in the given options must be'],
      [alice({ memory: 'disc' }), "memory is 'memory', 'disk', or an object"],
      [alice({ token: 'text' }), 'token is a function'],
    ];
    for (const [options, message] of wrong) {
      const failure = await Federation.open(options as OpenOptions).catch((error: unknown) => error);
      expect(failure, message).toSatisfy((error) => error instanceof ConfigError || error instanceof UsageError);
      expect((failure as Error).message).toContain(message);
    }
  });

  it('makes no request; the first call says that the credentials are refused', async () => {
    clouds.sandbox.clearRequests();
    await using(alice({ password: 'wrong' }), async (federation) => {
      expect(clouds.total()).toBe(0);
      await expect(federation.scopes()).rejects.toBeInstanceOf(HomeAuthError);
    });
  });

  it('tells of every request, and survives who throws at that', async () => {
    const seen: ExchangeEvent[] = [];
    const onRequest = (event: ExchangeEvent) => {
      seen.push(event);
      throw new Error('not my day');
    };
    await using(alice({ onRequest }), providers);
    expect(seen.map(({ purpose }) => purpose.step)).toEqual(expect.arrayContaining(['authenticate', 'assertion']));
  });
});

describe('what is remembered', () => {
  it('is shared by no two federations', async () => {
    await using(alice(), providers);
    clouds.sandbox.clearRequests();
    await using(alice(), providers);
    expect(clouds.log('home').filter((line) => line.startsWith('POST /identity/v3/auth/tokens'))).toHaveLength(1);
  });

  it("is shared through the program's own memory, with those who have the credential only", async () => {
    const memory = memoryOnly({ clock: { now: () => Date.now() }, locationsLimit: 100, tokensLimit: 100 });
    await using(alice({ memory }), providers);
    clouds.sandbox.clearRequests();
    expect(await using(alice({ memory }), providers)).toEqual(EVERYWHERE);
    // No token is asked for; whether the lists are still right is.
    expect(clouds.log('home').filter((line) => line.startsWith('POST'))).toEqual([]);
    await expect(using(alice({ memory, password: 'wrong' }), providers)).rejects.toBeInstanceOf(HomeAuthError);
  });
});

describe('a call that is given up', () => {
  const signal = () => AbortSignal.abort(new Error('no longer wanted'));

  it('fails with the reason of its signal before anything is sent', async () => {
    const federation = await clouds.open();
    await expect(federation.scopes({ signal: signal() })).rejects.toThrow('no longer wanted');
    await expect(federation.show('volume', 'x', { signal: signal() })).rejects.toThrow('no longer wanted');
    await expect(federation.locate('volume', 'x', { signal: signal() })).rejects.toThrow('no longer wanted');
    await expect(collected(federation.list('volume', { signal: signal() }))).rejects.toThrow('no longer wanted');
    const sent = federation.forward({ target: 'volume/volumes', signal: signal() });
    await expect(sent).rejects.toThrow('no longer wanted');
    expect(clouds.total()).toBe(0);
  });

  it('fails so in the middle of a listing, of a search and of a body', async () => {
    const federation = await clouds.open();
    const [volume] = await collected(federation.list('volume', { providers: ['sp-b'], limit: 1 }));
    const target = `volume/volumes/${volume?.item.id}`;
    const during = async (work: (abort: AbortController) => Promise<unknown>) => {
      const abort = new AbortController();
      await expect(work(abort)).rejects.toThrow('no longer wanted');
    };
    const reason = new Error('no longer wanted');
    await clouds.sandbox.faults.add({ cloud: 'sp-b', path: '/volumes', kind: 'hang' });
    await during(async (abort) => {
      for await (const _ of federation.list('volume', { signal: abort.signal })) abort.abort(reason);
    });
    for (const call of [
      (one: AbortSignal) => federation.show('volume', String(volume?.item.id), { signal: one }),
      (one: AbortSignal) => federation.forward({ target, signal: one }),
    ]) {
      clouds.sandbox.clearRequests();
      await during(async (abort) => {
        const called = call(abort.signal);
        while (clouds.log('sp-b').length === 0) await new Promise((resolve) => setImmediate(resolve));
        abort.abort(reason);
        return called;
      });
    }
    await clouds.sandbox.faults.clear();
    await clouds.sandbox.faults.add({ cloud: 'sp-b', path: '/volumes/', kind: 'slow', bytesPerSecond: 50 });
    await during(async (abort) => {
      const answer = await federation.forward({ target, signal: abort.signal });
      for await (const _ of answer.body) abort.abort(reason);
    });
  });
});
