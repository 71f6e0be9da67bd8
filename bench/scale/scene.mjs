/** A sandbox with `fed proxy` processes before it, and what reaches its clouds. */
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fed } from '../commands/federation.mjs';
import { people } from './people.mjs';

/** Nothing new for so long: all that was begun has arrived. */
const QUIET_MS = 40;

/** Also where a benchmark fails, nothing is left behind. */
const started = new Set();
process.on('exit', () => {
  for (const child of started) child.kill('SIGINT');
});

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

async function startMemcached() {
  const port = await freePort();
  const child = spawn('memcached', ['-u', 'nobody', '-l', '127.0.0.1', '-p', `${port}`], { stdio: 'ignore' });
  started.add(child);
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const isUp = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isUp) return { port, stop: () => child.kill() };
    if (child.exitCode !== null) throw new Error(`memcached ended with ${child.exitCode}`);
    await sleep(20);
  }
}

async function startSandbox(providers) {
  const folder = mkdtempSync(join(tmpdir(), 'fed-bench-scale-'));
  const base = { PATH: process.env.PATH, HOME: folder };
  const child = spawn(process.execPath, [fed, 'sandbox', '--providers', `${providers}`], { env: base });
  started.add(child);
  let lines = '';
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    lines += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  for (;;) {
    const [, control] = /at (http:\S+\/__sandbox)\/faults /.exec(said) ?? [];
    if (control !== undefined) {
      const variables = [...lines.matchAll(/export (\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]);
      return { child, folder, control, env: { ...base, ...Object.fromEntries(variables) } };
    }
    if (child.exitCode !== null) throw new Error(`fed sandbox ended: ${said}`);
    await Promise.race([once(child.stderr, 'data'), once(child, 'exit')]);
  }
}

/** Run fed to its end. @param accepted codes that it may end with @returns what it printed */
function runFed(env, args, accepted = [0]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [fed, ...args], {
    env,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (!accepted.includes(status)) throw new Error(`fed ${args.join(' ')} ended with ${status}: ${stderr}`);
  return stdout;
}

async function startProxy(env, args) {
  const child = spawn(process.execPath, [fed, 'proxy', '--listen', '127.0.0.1:0', '--no-access-log', ...args], { env });
  started.add(child);
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  for (;;) {
    const [, url] = /is at (http:\S+)/.exec(said) ?? [];
    if (url !== undefined) return { url, child };
    if (child.exitCode !== null) throw new Error(`fed proxy ended: ${said}`);
    await Promise.race([once(child.stderr, 'data'), once(child, 'exit')]);
  }
}

function clientOf(url, child) {
  const get = async ({ secret }, path) => {
    const response = await fetch(`${url}${path}`, { headers: { 'x-auth-token': secret } });
    await response.arrayBuffer();
    if (response.status >= 500) throw new Error(`GET ${path} at the proxy: ${response.status}`);
    return response.status;
  };
  return {
    pid: child.pid,
    url,
    async login(user) {
      const domain = { id: 'default' };
      const identity = {
        methods: ['password'],
        password: { user: { name: user, domain, password: `${user}-secret` } },
      };
      const response = await fetch(`${url}/identity/v3/auth/tokens`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ auth: { identity, scope: { project: { name: people[user].home, domain } } } }),
      });
      const body = await response.text();
      if (response.status !== 201) throw new Error(`login of ${user}: ${response.status} ${body}`);
      return {
        secret: response.headers.get('x-subject-token'),
        project: JSON.parse(body).token.project.id,
        bytes: body.length,
      };
    },
    show: (token, id) => get(token, `/volumev3/v3/${token.project}/volumes/${id}`),
    list: (token) => get(token, `/volumev3/v3/${token.project}/volumes/detail`),
    servers: (token) => get(token, '/compute/v2.1/servers/detail'),
    versions: (token) => get(token, '/volumev3/'),
  };
}

/** @param isShared whether proxies share a memcached, unless they are told otherwise */
export async function openScene(providers, { isShared }) {
  const { child: sandbox, folder, control, env } = await startSandbox(providers);
  // Not the compiled code: a command that has answered may still be writing it.
  const forgetCache = () => {
    for (const what of ['tokens', 'locations'])
      rmSync(join(folder, '.cache/fed', what), { recursive: true, force: true });
  };
  const memcached = isShared ? await startMemcached() : undefined;
  const children = [];
  let memories = 0;
  /** Options for proxies that are to share it; nobody else finds what is in it. */
  const newMemory = () => {
    if (memcached === undefined) return [];
    memories += 1;
    const keyFile = join(folder, `memory-key-${memories}`);
    writeFileSync(keyFile, randomBytes(32).toString('base64'), { mode: 0o600 });
    return ['--memory', `memcached://127.0.0.1:${memcached.port}`, '--memory-key-file', keyFile];
  };
  const common = newMemory();
  const ask = (method, path, body) =>
    fetch(`${control}/${path}`, { method, ...(body && { body: JSON.stringify(body) }) });
  const requests = async () => (await (await ask('GET', 'requests')).json()).requests;
  const names = Object.keys(await requests());
  /** What `fed list volumes` says, as a user, of what nobody has to remember. */
  const volumes = (user, ...args) => {
    const as = { OS_USERNAME: user, OS_PASSWORD: `${user}-secret`, OS_PROJECT_NAME: people[user].home };
    forgetCache();
    const found = JSON.parse(runFed({ ...env, ...as }, ['volume', 'list', ...args, '-f', 'json'], [0, 6]));
    forgetCache();
    return found;
  };
  return {
    /** In the federation's order, without home. */
    providers: names.filter((name) => name !== 'home'),
    memcachedPort: memcached?.port,
    newMemory,
    async proxy({ args = [], memory = common, env: more = {} } = {}) {
      const { url, child } = await startProxy({ ...env, ...more }, [...args, ...memory]);
      children.push(child);
      return clientOf(url, child);
    },
    fed: (...args) => runFed(env, args),
    forgetCache,
    volumeAt: (provider) => volumes('alice', '--provider', provider)[0],
    /** Ids by `PROVIDER PROJECT`, of all scopes of these users. */
    volumesOf(...users) {
      const ids = new Map();
      for (const { id, fed_provider, fed_project } of users.flatMap((user) => volumes(user))) {
        const place = `${fed_provider} ${fed_project}`;
        ids.set(place, [...(ids.get(place) ?? []), id]);
      }
      return ids;
    },
    slow: (path, { ms, ...where }) => ask('POST', 'faults', { kind: 'latency', ms, path, method: 'GET', ...where }),
    atEase: () => ask('DELETE', 'faults'),
    forgetRequests: () => ask('DELETE', 'requests'),
    /** What reached the clouds, when nothing more comes. */
    async settledRequests() {
      const sum = (found) => Object.values(found).reduce((all, entries) => all + entries.length, 0);
      for (let before = -1; ; ) {
        const found = await requests();
        if (sum(found) === before) return found;
        before = sum(found);
        await sleep(QUIET_MS);
      }
    },
    async close() {
      for (const child of children) {
        child.kill();
        if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      }
      memcached?.stop();
      sandbox.kill('SIGINT');
      // It leaves its compiled code behind.
      if (sandbox.exitCode === null && sandbox.signalCode === null) await once(sandbox, 'exit');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
