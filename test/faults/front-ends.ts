/** The ways into the federation, each in this process, and what comes of one use of each. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { main } from '../../src/cli/main.ts';
import { Signals } from '../../src/cli/signals.ts';
import { Federation, federate, isFedError } from '../../src/index.ts';
import type { SharedMemory } from '../../src/store/shared/open.ts';
import { type Client, readReply, startTestProxy, type TestProxy } from '../support/proxy.ts';
import { fakeTerminal } from '../support/terminal.ts';
import type { World } from './world.ts';

/** What came of one use. */
export interface Outcome {
  /** An exit code, a status, or the code of an error. */
  readonly result: number | string;
  /** Clouds that are said to be missing, where that is not an error. */
  readonly missing: readonly string[];
  /** Everything that the user, or a program, gets to see. */
  readonly shown: string;
  /** Volumes that were given. */
  readonly given: readonly string[];
}

/** What a front end is used for. */
export interface Use {
  readonly world: World;
  /** The cloud that it is about. */
  readonly cloud: string;
  /** Seconds for the whole. */
  readonly timeout: number;
  /** A proxy's memory. Its own without. */
  readonly stores?: SharedMemory;
}

/** A front end that is ready, with nothing in its memory. */
export interface Ready {
  use(): Promise<Outcome>;
  close(): Promise<void>;
}

export interface FrontEnd {
  readonly name: string;
  /** What it asks the clouds for. */
  readonly asks: 'listing' | 'reading' | 'raw reading' | 'deletion' | 'creation' | 'all';
  open(use: Use): Promise<Ready>;
}

const UUID = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g;

function idsIn(text: string): string[] {
  return [...new Set(text.match(UUID) ?? [])];
}

const NOTHING = { close: () => Promise.resolve() };

/** A command line of fed's, as `run` runs it. */
export async function fed(world: World, args: readonly string[], timeout: number) {
  const terminal = fakeTerminal({ env: world.env() });
  let work: Promise<unknown> = Promise.resolve();
  const code = await main([...args, '--timeout', String(timeout)], terminal, new Signals(), (begun) => {
    work = begun;
  });
  // A process would be gone: here, what is left behind would reach the clouds later.
  await Promise.race([work.catch(() => {}), new Promise((resolve) => setTimeout(resolve, 2000))]);
  return { code, out: terminal.out, err: terminal.err };
}

function command(name: string, asks: FrontEnd['asks'], argsFor: (use: Use) => readonly string[]): FrontEnd {
  return {
    name,
    asks,
    open: (use) =>
      Promise.resolve({
        ...NOTHING,
        async use() {
          const { code, out, err } = await fed(use.world, argsFor(use), use.timeout);
          return { result: code, missing: [], shown: out + err, given: idsIn(out) };
        },
      }),
  };
}

const VOLUME = { volume: { size: 1, name: 'made' } };

const commands = [
  command('list', 'listing', () => ['list', 'volumes', '-f', 'value', '-c', 'ID']),
  command('show', 'reading', ({ world, cloud }) => ['volume', 'show', world.volumes[cloud]?.[0] ?? '', '-f', 'json']),
  command('curl', 'raw reading', ({ world, cloud }) => [
    'curl',
    `volume/volumes/${world.volumes[cloud]?.[0]}`,
    '--provider',
    cloud,
    ...projectOf(cloud),
  ]),
  command('delete', 'deletion', ({ world, cloud }) => ['curl', '-X', 'DELETE', `volume/volumes/${world.spare(cloud)}`]),
  command('create', 'creation', ({ cloud }) => [
    'curl',
    'volume/volumes',
    '-d',
    JSON.stringify(VOLUME),
    '-H',
    'Content-Type: application/json',
    '--provider',
    cloud,
    ...projectOf(cloud),
  ]),
];

/** Where a cloud has several of alice's. */
function projectOf(cloud: string): readonly string[] {
  return cloud === 'sp-a' ? ['--project', 'research-one'] : [];
}

const CLIENT = join(import.meta.dirname, 'client.mjs');

const exec: FrontEnd = {
  name: 'exec',
  asks: 'listing',
  open: ({ world, timeout }) =>
    Promise.resolve({
      ...NOTHING,
      async use() {
        const folder = world.env().HOME ?? '';
        mkdirSync(folder, { recursive: true });
        const file = join(folder, 'seen.json');
        writeFileSync(file, '{}');
        const args = ['exec', '--timeout', String(timeout), '--', process.execPath, CLIENT, file];
        const terminal = fakeTerminal({ env: world.env() });
        const code = await main(args, terminal, new Signals(), () => {});
        const seen = JSON.parse(readFileSync(file, 'utf8')) as { missing?: string; body?: string; status?: number };
        const missing = seen.missing?.split(', ') ?? [];
        const shown = `${terminal.out}${terminal.err}${seen.body}`;
        return { result: seen.status ?? `exit ${code}`, missing, shown, given: idsIn(seen.body ?? '') };
      },
    }),
};

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** A listing of all, a reading, a deletion and a creation, side by side. */
function requestsOf({ world, cloud }: Use, { projectId }: Client): readonly Sent[] {
  const volumes = `/volume/v3/${projectId}/volumes`;
  return [
    { method: 'GET', path: `${volumes}/detail` },
    { method: 'GET', path: `${volumes}/${world.volumes[cloud]?.[0]}` },
    { method: 'DELETE', path: `${volumes}/${world.spare(cloud)}` },
    { method: 'POST', path: volumes, body: VOLUME, headers: { 'X-Fed-Provider': cloud } },
  ];
}

interface ProxyReply {
  readonly status: number | string;
  readonly text: string;
  readonly headers: IncomingHttpHeaders;
}

/** @param patience seconds after which an answer that is still coming is given up: nothing in the proxy ends a stream */
async function replyOf(opened: Promise<IncomingMessage>, patience?: number): Promise<ProxyReply> {
  let message: IncomingMessage | undefined;
  let isGivenUp = false;
  const giveUp = () => {
    isGivenUp = true;
    message?.destroy();
  };
  const timer = patience === undefined ? undefined : setTimeout(giveUp, patience * 1000);
  try {
    message = await opened;
    const { status, text, headers } = await readReply(message);
    return { status, text, headers };
  } catch (error) {
    const status = isGivenUp ? `${message?.statusCode}…` : 'cut';
    return { status, text: String(error), headers: message?.headers ?? {} };
  } finally {
    clearTimeout(timer);
  }
}

const OF_PROXY = ['OS_CACERT', 'FED_IDLE_TIMEOUT', 'FED_ANSWER_TIMEOUT', 'FED_CONNECT_TIMEOUT'];

const proxy: FrontEnd = {
  name: 'proxy',
  asks: 'all',
  async open(use) {
    const { sandbox, env } = use.world;
    const own = Object.fromEntries(Object.entries(env()).filter(([name]) => OF_PROXY.includes(name)));
    const running: TestProxy = await startTestProxy(sandbox, { env: own, ...(use.stores && { stores: use.stores }) });
    const alice = await running.as('alice');
    // Every provider has been entered then, and nothing is known of volumes.
    await alice.get('/image/v2/images?limit=1');
    return {
      async use() {
        const asked = requestsOf(use, alice).map(({ path, ...ask }) => alice.open(path, ask));
        const patient = await Promise.all(asked.slice(0, 2).map((each) => replyOf(each)));
        const replies = [...patient, ...(await Promise.all(asked.slice(2).map((each) => replyOf(each, use.timeout))))];
        const [listing] = replies;
        const missing = String(listing?.headers['x-fed-missing'] ?? '');
        return {
          result: replies.map(({ status }) => status).join(' '),
          missing: missing === '' ? [] : missing.split(', '),
          shown: `${replies.map((reply) => JSON.stringify(reply)).join('\n')}${JSON.stringify(running.log)}`,
          given: idsIn(listing?.text ?? ''),
        };
      },
      close: () => running.stop(),
    };
  },
};

const interceptor: FrontEnd = {
  name: 'interceptor',
  asks: 'reading',
  async open({ world, cloud, timeout }) {
    const env = world.env();
    const milliseconds = Number(env.FED_IDLE_TIMEOUT) * 1000;
    const federation = await Federation.open({
      env,
      cwd: '/',
      retries: 0,
      connectTimeoutMs: 30_000,
      idleTimeoutMs: milliseconds,
      answerTimeoutMs: milliseconds,
    });
    const { token, cinder } = await programOf(env);
    const agent = new Agent({ connect: { rejectUnauthorized: false } });
    const dispatcher = agent.compose(federate(federation));
    return {
      async use() {
        try {
          const answer = await request(`${cinder}/volumes/${world.volumes[cloud]?.[0]}`, {
            dispatcher,
            headers: { 'X-Auth-Token': token, Accept: 'application/json' },
            signal: AbortSignal.timeout(timeout * 1000),
          });
          const text = await answer.body.text();
          const shown = JSON.stringify(answer.headers) + text;
          return { result: answer.statusCode, missing: [], shown, given: idsIn(text) };
        } catch (error) {
          const shown =
            error instanceof Error
              ? `${error.message} ${isFedError(error) ? `${error.hint} ${JSON.stringify(error)}` : ''}`
              : String(error);
          return { result: isFedError(error) ? error.code : 'its own', missing: [], shown, given: [] };
        }
      },
      async close() {
        await federation.close();
        await agent.close();
      },
    };
  },
};

/** What a program has that knows one cloud: a token, and where its catalog has Block Storage. */
async function programOf(env: Readonly<Record<string, string>>): Promise<{ token: string; cinder: string }> {
  const domain = { name: 'Default' };
  const user = { name: env.OS_USERNAME, password: env.OS_PASSWORD, domain };
  const scope = { project: { name: env.OS_PROJECT_NAME, domain } };
  const answer = await request(`${env.OS_AUTH_URL}/auth/tokens`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ auth: { identity: { methods: ['password'], password: { user } }, scope } }),
    dispatcher: new Agent({ connect: { rejectUnauthorized: false } }),
  });
  type Entry = { type: string; endpoints: Array<{ interface: string; url: string }> };
  const { token } = (await answer.body.json()) as { token: { catalog: Entry[] } };
  const entry = token.catalog.find(({ type }) => type === 'volumev3' || type === 'block-storage');
  const cinder = entry?.endpoints.find((each) => each.interface === 'public')?.url ?? '';
  return { token: String(answer.headers['x-subject-token']), cinder };
}

export const frontEnds: readonly FrontEnd[] = [...commands, exec, proxy, interceptor];
