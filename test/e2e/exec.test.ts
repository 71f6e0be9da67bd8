/** `fed exec` with small programs that speak HTTP to whatever OS_AUTH_URL says. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Clouds, openClouds } from './clouds.ts';
import { fedScript, type Place, placeFor } from './fed.ts';

let clouds: Clouds;
let place: Place;

beforeAll(async () => {
  clouds = await openClouds();
});

afterAll(() => clouds.close());

beforeEach(() => {
  place = placeFor(clouds.env('alice'));
});

afterEach(() => place.remove());

/** What every program here begins with. */
const LOGIN = `
const { env } = process;
async function login() {
  const domain = { name: env.OS_USER_DOMAIN_NAME ?? 'Default' };
  const user = { name: env.OS_USERNAME, domain, password: env.OS_PASSWORD };
  const scope = { project: { name: env.OS_PROJECT_NAME, domain } };
  const auth = { identity: { methods: ['password'], password: { user } }, scope };
  const reply = await fetch(env.OS_AUTH_URL + '/auth/tokens', {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ auth }),
  });
  if (reply.status !== 201) { console.log(reply.status); process.exit(5); }
  const { token } = await reply.json();
  const url = (type) => token.catalog.find((entry) => entry.type === type).endpoints[0].url;
  return { url, headers: { 'X-Auth-Token': reply.headers.get('x-subject-token') } };
}`;

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** The first line of its output. */
  readonly line: Promise<string>;
}

function start(args: readonly string[], env: Record<string, string> = {}): Running {
  const child = place.start(args, { env });
  let stdout = '';
  let stderr = '';
  const line = new Promise<string>((resolve) => {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      if (stdout.includes('\n')) resolve(stdout.slice(0, stdout.indexOf('\n')));
    });
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
  return { child, ended, line };
}

const program = (script: string) => ['exec', '--', process.execPath, '-e', script];

function run(script: string, env: Record<string, string> = {}, input = ''): Promise<Ended> {
  const { child, ended } = start(program(script), env);
  child.stdin?.end(input);
  return ended;
}

describe('a program under fed exec', () => {
  it('sees the resources of all clouds as those of one', async () => {
    const { code, stdout, stderr } = await run(`${LOGIN}
      login().then(async ({ url, headers }) => {
        const { volumes } = await (await fetch(url('block-storage') + '/volumes/detail?limit=1000', { headers })).json();
        console.log(new Set(volumes.map((volume) => volume['os-vol-tenant-attr:tenant_id'])).size, volumes.length);
        const last = volumes.at(-1);
        const shown = await fetch(url('block-storage') + '/volumes/' + last.id, { headers });
        console.log(shown.status, shown.headers.get('x-fed-provider') !== null);
      });`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [projects, volumes] = (stdout.split('\n')[0] ?? '').split(' ').map(Number);
    expect(projects).toBe(clouds.scopes.length);
    expect(volumes).toBeGreaterThan(80);
    expect(stdout.split('\n')[1]).toBe('200 true');
  });

  it('decides the exit code', async () => {
    expect((await run('process.exit(0)')).code).toBe(0);
    expect((await run('process.exit(42)')).code).toBe(42);
  });

  it("has fed's own standard input, output and error", async () => {
    const script = `process.stdin.pipe(process.stdout); console.error('to the side')`;
    expect(await run(script, {}, 'through\nand through')).toEqual({
      code: 0,
      stdout: 'through\nand through',
      stderr: 'to the side\n',
    });
  });

  it('has its arguments as they are, options and all', async () => {
    const { ended } = start([
      'exec',
      '--',
      process.execPath,
      '-e',
      'console.log(JSON.stringify(process.argv.slice(1)))',
      '--',
      '--provider',
      'a b',
      '',
    ]);
    expect((await ended).stdout).toBe('["--provider","a b",""]\n');
  });

  it('has nothing in its environment that leads elsewhere', async () => {
    const { stdout } = await run('console.log(JSON.stringify(process.env))', {
      OS_ENDPOINT: 'http://elsewhere',
      OS_COMPUTE_API_VERSION: '2.60',
      http_proxy: 'http://127.0.0.1:9',
      NO_PROXY: 'inside.example',
      OTHER: 'kept',
    });
    const env = JSON.parse(stdout) as Record<string, string>;
    expect(env.OS_AUTH_URL).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{32}\/identity\/v3$/);
    expect(env).toMatchObject({ OTHER: 'kept', OS_COMPUTE_API_VERSION: '2.60', NO_PROXY: 'inside.example,127.0.0.1' });
    expect(env).toMatchObject({ OS_USERNAME: 'alice', OS_PASSWORD: 'alice-secret', OS_PROJECT_NAME: 'research' });
    expect(env).not.toHaveProperty('OS_ENDPOINT');
  });

  it('has no password of another cloud in its environment, however it is written', async () => {
    const { stdout } = await run('console.log(JSON.stringify(process.env))', { OS_PASSCODE: 'of-another-cloud' });
    const values = Object.values(JSON.parse(stdout) as Record<string, string>);
    const written = ['of-another-cloud', 'alice-secret'].flatMap((secret) => [
      ...(secret === 'alice-secret' ? [] : [secret]),
      // At each of the three places in which a text can begin in base64.
      ...['', 'x', 'xx'].map((before) => Buffer.from(`${before}${secret}`).toString('base64').slice(4, -4)),
      Buffer.from(secret).toString('hex'),
    ]);
    expect(values.filter((value) => written.some((secret) => value.includes(secret)))).toEqual([]);
  });

  it('is told by Keystone of a wrong password', async () => {
    const { code, stdout } = await run(`${LOGIN} login();`, { OS_PASSWORD: 'wrong' });
    expect({ code, stdout }).toEqual({ code: 5, stdout: '401\n' });
  });

  it('sees only what fed is narrowed to', async () => {
    const script = `${LOGIN}
      login().then(async ({ url, headers }) => {
        const { servers } = await (await fetch(url('compute') + '/servers/detail', { headers })).json();
        console.log(new Set(servers.map((server) => server.tenant_id)).size);
      });`;
    const { ended } = start(['exec', '--provider', 'sp-b', '--', process.execPath, '-e', script]);
    expect(await ended).toMatchObject({ code: 0, stdout: '1\n' });
  });

  it('is the only one who knows the way: others get 404', async () => {
    const { child, ended, line } = start(program('console.log(process.env.OS_AUTH_URL); process.stdin.resume()'));
    const url = new URL(await line);
    for (const path of ['/', '/identity/v3', '/healthz', '/metrics', `${url.pathname.slice(0, 10)}/identity/v3`]) {
      expect([path, (await fetch(`${url.origin}${path}`)).status]).toEqual([path, 404]);
    }
    expect((await fetch(url)).status).toBe(200);
    child.stdin?.end();
    expect((await ended).code).toBe(0);
    await expect(fetch(url)).rejects.toThrow();
  });
});

describe('signals', () => {
  it.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
    ['SIGHUP', 129],
  ] as const)('%s ends the program, and fed says so as shells do', async (signal, code) => {
    const { child, ended, line } = start(program('console.log(process.pid); setInterval(() => {}, 1000)'));
    const pid = Number(await line);
    child.kill(signal);
    expect((await ended).code).toBe(code);
    expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
  });

  it('are what the program makes of them', async () => {
    const script = `process.on('SIGTERM', () => { console.log('ending'); process.exit(7); }); console.log('on'); setInterval(() => {}, 1000)`;
    const { child, ended, line } = start(program(script));
    await line;
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 7, stdout: 'on\nending\n' });
  });

  it('that a program dies of by itself are told, too', async () => {
    expect((await run(`process.kill(process.pid, 'SIGKILL')`)).code).toBe(137);
  });
});

describe('what fed itself needs inside', () => {
  const sessions = () => join(place.folder, 'session');
  const RUNS = `console.log(process.env.FED_EXEC); process.stdin.resume()`;

  beforeEach(() => mkdirSync(sessions(), { mode: 0o700 }));

  it('is in a file for this user alone, which is gone with the program', async () => {
    const { child, ended, line } = start(program(RUNS), { XDG_RUNTIME_DIR: sessions() });
    const file = await line;
    expect(dirname(dirname(file))).toBe(sessions());
    expect([statSync(dirname(file)).mode & 0o777, statSync(file).mode & 0o777]).toEqual([0o700, 0o600]);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ OS_PASSWORD: 'alice-secret' });
    child.stdin?.end();
    expect((await ended).code).toBe(0);
    expect(readdirSync(sessions())).toEqual([]);
  });

  it('is removed by the next one where fed was killed, and what others use stays', async () => {
    const env = { XDG_RUNTIME_DIR: sessions() };
    const [killed, other] = [start(program(RUNS), env), start(program(RUNS), env)];
    const [left, used] = [await killed.line, await other.line];
    killed.child.kill('SIGKILL');
    killed.child.stdin?.end();
    await killed.ended;
    expect(existsSync(left)).toBe(true);
    const inside = `require('node:child_process').spawnSync(process.execPath, [${JSON.stringify(fedScript)}, 'provider', 'list'], { stdio: 'inherit' })`;
    expect(await run(inside, env)).toMatchObject({ code: 0, stdout: expect.stringContaining('sp-a'), stderr: '' });
    expect([existsSync(left), existsSync(used)]).toEqual([false, true]);
    other.child.stdin?.end();
    await other.ended;
  });

  it('is missed with a word when it has gone before the program', async () => {
    const gone = { FED_EXEC: join(sessions(), 'fed-exec-1.2-abc', 'outside.json') };
    const { code, stderr } = await start(['provider', 'list'], gone).ended;
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('has ended') });
  });
});

describe('fed exec --env', () => {
  it('serves a shell as long as it lives, and no longer', async () => {
    const fed = `'${process.execPath}' '${fedScript}'`;
    const script = `eval "$(${fed} exec --env)" && echo "$OS_AUTH_URL" && read line`;
    const shell = spawn('/bin/sh', ['-c', script], {
      env: { PATH: process.env.PATH ?? '', HOME: place.folder, ...clouds.env('alice') },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const [text] = (await once(shell.stdout, 'data')) as [Buffer];
    const url = text.toString().trim();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{32}\/identity\/v3$/);
    expect((await fetch(url)).status).toBe(200);
    shell.stdin.end('\n');
    await once(shell, 'close');
    const isGone = () =>
      fetch(url).then(
        () => false,
        () => true,
      );
    await expect.poll(isGone, { timeout: 30_000 }).toBe(true);
  });
});

describe('what cannot be run', () => {
  it('is 127 where there is no such program', async () => {
    const { ended } = start(['exec', '--', 'no-such-program-anywhere']);
    expect(await ended).toEqual({ code: 127, stdout: '', stderr: 'fed: no-such-program-anywhere was not found.\n' });
  });

  it('is 126 where it is no program', async () => {
    const file = join(place.folder, 'notes');
    writeFileSync(file, 'text', { mode: 0o600 });
    const { ended } = start(['exec', '--', file]);
    expect(await ended).toMatchObject({ code: 126, stderr: `fed: ${file} cannot be run.\n` });
  });

  it('is refused where there is none, and inside of another fed exec', async () => {
    expect(await start(['exec']).ended).toMatchObject({ code: 2, stderr: expect.stringContaining('fed exec') });
    const { ended } = start(['exec', '--', process.execPath, fedScript, 'exec', '--', 'true']);
    const { code, stderr } = await ended;
    expect(code).toBe(2);
    expect(stderr).toContain('inside of a fed exec already');
  });
});
