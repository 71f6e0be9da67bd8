/** The whole program but for its command line, on a sandbox that is told to misbehave. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Composed, compose } from '../src/compose.ts';
import type { Sandbox } from '../src/sandbox/api.ts';
import { startSandbox } from '../src/sandbox/sandbox.ts';
import { typeNamed } from '../src/services/index.ts';

const UNKNOWN = '00000000-0000-4000-8000-000000000000';
const volume = typeNamed('volume') as NonNullable<ReturnType<typeof typeNamed>>;

let sandbox: Sandbox;
let folder: string;
let warnings: string[];
const open: Composed[] = [];

beforeAll(async () => {
  sandbox = await startSandbox({ providers: 3 });
});

afterAll(() => sandbox.close());

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fed-compose-'));
  warnings = [];
});

afterEach(async () => {
  await sandbox.faults.clear();
  for (const each of open.splice(0)) await each.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A new fed, as a new process would be, with what earlier ones in this test remember. */
async function fed(env: Record<string, string | undefined> = {}): Promise<Composed> {
  // What ran before has ended, and with that written what it has.
  await Promise.all(open.map(({ federation }) => federation.settled()));
  const composed = await compose({
    env: { ...sandbox.env('alice'), HOME: folder, ...env },
    cwd: folder,
    homeDirectory: folder,
    options: {},
    narrowing: {},
    warn: (message) => warnings.push(message),
  });
  open.push(composed);
  sandbox.clearRequests();
  return composed;
}

async function listed({ federation }: Composed) {
  const counts: Record<string, number> = {};
  const unsaid: string[] = [];
  for await (const event of federation.list(volume)) {
    if (event.kind === 'unsaid') unsaid.push(`${event.unsaid.provider}: ${event.unsaid.reason}`);
    if (event.kind !== 'items') continue;
    for (const { scope } of event.items) {
      const label = `${scope.provider}/${scope.project.name}`;
      counts[label] = (counts[label] ?? 0) + 1;
    }
  }
  return { counts, unsaid };
}

const ALL = { 'home/research': 4, 'sp-a/research-one': 70, 'sp-a/research-two': 4, 'sp-b/lab': 4, 'sp-c/archive': 4 };

const log = (cloud: string) => sandbox.cloud(cloud).requests.map(({ method, path }) => `${method} ${path}`);
const notVolumes = () => sandbox.clouds.flatMap(({ name }) => log(name)).filter((line) => !line.includes('/volumes'));
const PROJECTS = 'GET /identity/v3/auth/projects';
const total = () => sandbox.clouds.reduce((sum, { requests }) => sum + requests.length, 0);

describe('the first time', () => {
  it('authenticates once at home, and makes the five calls of K2K with each provider', async () => {
    expect((await listed(await fed())).counts).toEqual(ALL);
    expect(log('home').filter((line) => line.includes('/auth/tokens'))).toHaveLength(1);
    expect(log('home').filter((line) => line.includes('/saml2/ecp'))).toHaveLength(3);
    const identity = log('sp-b').filter((line) => !line.includes('/volume'));
    expect(identity.map((line) => line.replace(/\?.*/, ''))).toEqual([
      expect.stringMatching(/^POST .*(paosResponse|ECP)$/),
      expect.stringMatching(/^GET .*\/protocols\/saml2\/auth$/),
      expect.stringMatching(/^GET .*\/auth\/projects$/),
      expect.stringMatching(/^POST .*\/auth\/tokens$/),
    ]);
  });
});

describe('the next time', () => {
  it('asks nobody for a token, and everybody whether the lists are still right', async () => {
    await listed(await fed());
    await listed(await fed());
    expect(notVolumes()).toEqual(['GET /identity/v3/auth/tokens', ...new Array(3).fill(PROJECTS)]);
  });

  it('makes one request to show what was seen before', async () => {
    const first = await fed();
    let id = '';
    for await (const event of first.federation.list(volume, { narrowing: { projects: ['lab'] } })) {
      if (event.kind === 'items') id = String((event.items[0]?.item as { id?: unknown } | undefined)?.id);
    }
    const shown = await (await fed()).federation.show(volume, id);
    expect(shown).toMatchObject({ how: 'remembered', scope: { provider: 'sp-b', project: { name: 'lab' } } });
    expect(total()).toBe(1);
  });

  it('does not take what belongs to another password, user or project for its own', async () => {
    await listed(await fed());
    await expect((await fed({ OS_PASSWORD: 'wrong' })).federation.show(volume, UNKNOWN)).rejects.toMatchObject({
      code: 'FED_HOME_AUTH',
    });
    const bob = await fed(sandbox.env('bob'));
    const { counts } = await listed(bob);
    expect(Object.keys(counts).filter((label) => /research|lab|archive/.test(label))).toEqual([]);
  });
});

describe('what is on the disk', () => {
  const tokens = (...below: string[]) => join(folder, '.cache', 'fed', 'tokens', ...below);

  it('is no way to try passwords: a copy of the cache opens for none, the right one included', async () => {
    await listed(await fed());
    await (await fed()).federation.settled();
    cpSync(join(folder, '.cache'), join(folder, 'stolen'), { recursive: true });
    const thief = await fed({ XDG_CACHE_HOME: join(folder, 'stolen'), XDG_STATE_HOME: join(folder, 'state') });
    await listed(thief);
    expect(log('home').filter((line) => line === 'POST /identity/v3/auth/tokens')).not.toEqual([]);
    expect(readdirSync(tokens(), { recursive: true }).filter((name) => String(name).endsWith('salt'))).toEqual([]);
    expect(warnings).toEqual([]);
  });

  it('of earlier versions, with which passwords could be tried, goes without a word, of all identities', async () => {
    const old = ['a', 'b'].map((digit) => tokens(digit.repeat(64)));
    for (const each of old) {
      mkdirSync(each, { recursive: true, mode: 0o700 });
      writeFileSync(join(each, 'salt'), `fed tokens 1 salt ${'0'.repeat(32)}\n`);
      writeFileSync(join(each, '0'.repeat(32)), 'fed tokens 1 0000000000000000 9000000000000\nsealed');
    }
    mkdirSync(tokens('notes'));
    writeFileSync(tokens('notes', 'mine'), '');
    expect((await listed(await fed())).counts).toEqual(ALL);
    for (const each of old) expect(readdirSync(each)).toEqual([]);
    expect(existsSync(tokens('notes', 'mine'))).toBe(true);
    expect(warnings).toEqual([]);
  });

  it('is nothing where the key cannot be kept, with one warning, and everything works', async () => {
    await listed(await fed({ XDG_STATE_HOME: '/dev/null/nowhere' }));
    expect((await listed(await fed({ XDG_STATE_HOME: '/dev/null/nowhere' }))).counts).toEqual(ALL);
    expect(existsSync(tokens())).toBe(false);
    expect(warnings).toEqual(new Array(2).fill(expect.stringMatching(/^Tokens are not remembered on disk: .*nowhere/)));
  });
});

describe('when tokens end before their time', () => {
  it('enters a provider anew, once, and goes on with the listing where it was', async () => {
    await listed(await fed());
    const second = await fed();
    await sandbox.faults.add({ cloud: 'sp-a', path: 'marker=', kind: 'expired-tokens', times: 1 });
    expect(await listed(second)).toEqual({ counts: ALL, unsaid: [] });
    expect(log('home').filter((line) => line.includes('/saml2/ecp'))).toHaveLength(1);
  });

  it('authenticates anew at home, and K2K works again', async () => {
    await listed(await fed());
    sandbox.expireTokens();
    const { counts, unsaid } = await listed(await fed());
    expect({ counts, unsaid }).toEqual({ counts: ALL, unsaid: [] });
  });

  it('gives up after the second 401, and says so', async () => {
    await sandbox.faults.add({ cloud: 'sp-b', service: 'block-storage', kind: 'status', status: 401 });
    const { counts, unsaid } = await listed(await fed());
    expect(counts['sp-a/research-one']).toBe(70);
    expect(unsaid).toEqual([expect.stringMatching(/^sp-b: .*401/)]);
    expect(log('sp-b').filter((line) => line.includes('/volumes'))).toHaveLength(2);
  });
});

describe('a provider that misbehaves', () => {
  it.each([
    ['refuses connections', { kind: 'refuse' }, /connection refused/],
    ['gives pages in HTML with 200', { kind: 'html', service: 'block-storage' }, /html/i],
    ['cuts the connection in the middle of a body', { kind: 'cut', service: 'block-storage' }, /broke after/],
    ['answers 500', { kind: 'status', status: 500, service: 'block-storage' }, /500/],
    ['answers 403', { kind: 'status', status: 403, service: 'block-storage' }, /403/],
    ['answers 404 for a route that it lacks', { kind: 'status', status: 404, service: 'block-storage' }, /404/],
    ['does not know the user', { kind: 'mapping-knows-nobody' }, /401/],
    ['gives a page at the SAML endpoint', { kind: 'html', path: '/SAML2/ECP' }, /assertion/i],
  ] as const)('%s: the others are listed, and it is named', async (_, fault, reason) => {
    await sandbox.faults.add({ cloud: 'sp-a', ...fault });
    const { counts, unsaid } = await listed(await fed());
    expect(Object.keys(counts).filter((label) => !label.startsWith('sp-a'))).toEqual([
      'home/research',
      'sp-b/lab',
      'sp-c/archive',
    ]);
    expect(unsaid.length).toBeGreaterThan(0);
    for (const each of unsaid) {
      expect(each).toMatch(/^sp-a: /);
      expect(each).toMatch(reason);
    }
    await expect((await fed()).federation.show(volume, UNKNOWN)).rejects.toMatchObject({ code: 'FED_COULD_NOT_SAY' });
  });

  it('is asked again when it says when (503 with Retry-After)', async () => {
    await sandbox.faults.add({ cloud: 'sp-b', path: '/volumes', kind: 'status', status: 503, retryAfter: 0, times: 1 });
    expect(await listed(await fed())).toEqual({ counts: ALL, unsaid: [] });
  });

  it('gives nobody a project: said, as nobody could look there', async () => {
    await sandbox.faults.add({ cloud: 'sp-b', kind: 'no-projects' });
    const { unsaid } = await listed(await fed());
    expect(unsaid).toEqual([expect.stringMatching(/^sp-b: .*no project/)]);
  });

  it('gives an empty list of projects, as a busy Keystone may: it is asked once more', async () => {
    const fault = { kind: 'json', json: { projects: [] }, cloud: 'sp-b', path: '/auth/projects' } as const;
    await sandbox.faults.add({ ...fault, times: 1 });
    expect(await listed(await fed())).toEqual({ counts: ALL, unsaid: [] });
    expect(log('sp-b').filter((line) => line.includes('/auth/projects'))).toHaveLength(2);
  });

  it('gives somebody a project after all: the next command finds it', async () => {
    await sandbox.faults.add({ cloud: 'sp-b', kind: 'no-projects' });
    expect((await listed(await fed())).unsaid).toHaveLength(1);
    await sandbox.faults.clear();
    expect(await listed(await fed())).toEqual({ counts: ALL, unsaid: [] });
  });
});

describe('clouds without K2K between them', () => {
  it('are providers with credentials of their own', async () => {
    const local = sandbox.env('local', 'sp-b');
    const { writeFileSync } = await import('node:fs');
    writeFileSync(
      join(folder, 'clouds.yaml'),
      JSON.stringify({
        clouds: {
          mine: {
            auth: {
              auth_url: local.OS_AUTH_URL,
              username: local.OS_USERNAME,
              password: local.OS_PASSWORD,
              user_domain_name: 'Default',
              project_name: local.OS_PROJECT_NAME,
              project_domain_name: 'Default',
            },
          },
        },
      }),
    );
    const { addProviderAccount } = await import('../src/config/change-settings.ts');
    await addProviderAccount(join(folder, '.config/fed'), 'extra', 'mine');
    // Home lists sp-b too: the same cloud is listed once.
    const skipped = { FED_SKIP_PROVIDERS: 'sp-b' };
    const both = await fed(skipped);
    const { counts, unsaid } = await listed(both);
    expect(unsaid).toEqual([]);
    expect(counts).toMatchObject({ 'home/research': 4, [`extra/${local.OS_PROJECT_NAME}`]: expect.any(Number) });
    await listed(await fed(skipped));
    expect(notVolumes()).toEqual(['GET /identity/v3/auth/tokens', ...new Array(2).fill(PROJECTS)]);
  });
});
