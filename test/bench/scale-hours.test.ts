/** The rules by which bench/scale counts, held to a proxy of a sandbox while hours go by. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Sandbox } from '../../src/sandbox/api.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { type Client, startTestProxy, type TestProxy } from '../support/proxy.ts';

interface Tally {
  readonly text: string;
  differences(other: Tally): readonly string[];
}
type Ask = (place: number, step: string, count: number) => void;
interface User {
  readonly providers: readonly string[];
  readonly scopes: readonly number[];
  counter(tally: Tally): Ask;
}
interface Footprint {
  login(process: number, now: number): void;
  list(process: number, now: number): void;
  versionsOf(process: number, now: number): void;
  find(process: number, now: number): void;
  show(process: number, now: number, at: number, project: number): void;
}

const load = (file: string): Promise<Record<string, unknown>> =>
  import(new URL(`../../bench/scale/${file}`, import.meta.url).href);
const { randomOf } = (await load('random.mjs')) as { randomOf(seed: number): () => number };
const { userOfSandbox } = (await load('people.mjs')) as { userOfSandbox(name: string, providers: string[]): User };
const { Tally, counted } = (await load('tally.mjs')) as { Tally: new () => Tally; counted(log: object): Tally };
const { ProxyFootprint } = (await load('proxy-footprint.mjs')) as {
  ProxyFootprint: new (user: User, settings: object, ask: Ask) => Footprint;
};

const clouds = ['home', 'sp-a', 'sp-b', 'sp-c'];
const providers = clouds.slice(1);
/** Seconds between what a user does: within and beyond all that is remembered, and around the end of a token. */
const pauses = [1, 5, 20, 35, 45, 65, 90, 200, 310, 650, 1200, 2880, 3300, 5000];

let sandbox: Sandbox;
let proxy: TestProxy;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  sandbox = await startSandbox({ providers: providers.length, volumes: 2, clock: { now: () => Date.now() } });
  proxy = await startTestProxy(sandbox);
});

afterEach(async () => {
  await proxy.stop();
  await sandbox.close();
  vi.useRealTimers();
});

/** The id of alice's first project at sp-a, where she has two. */
async function firstProject(): Promise<string> {
  const other = await startTestProxy(sandbox);
  const alice = await other.as('alice');
  const headers = { 'X-Fed-Provider': 'sp-a', 'X-Fed-Project': 'research-one' };
  const answer = await alice.get(`/volumev3/v3/${alice.projectId}/volumes/detail`, headers);
  await other.stop();
  sandbox.clearRequests();
  return answer.json.volumes[0]['os-vol-tenant-attr:tenant_id'];
}

function seen(): Tally {
  const log = Object.fromEntries(clouds.map((cloud) => [cloud, [...sandbox.cloud(cloud).requests]]));
  sandbox.clearRequests();
  return counted(log);
}

describe('what the model of bench/scale counts', () => {
  it.each(['alice', 'bob'])('is what reaches the clouds for %s, hour after hour', async (name) => {
    const first = await firstProject();
    const random = randomOf(name.length);
    const user = userOfSandbox(name, providers);
    let predicted = new Tally();
    const settings = { lifetime: 3600, tokenCheck: 60, processes: 1 };
    const footprint = new ProxyFootprint(user, settings, (...asked) => user.counter(predicted)(...asked));
    const began = Date.now();
    const now = () => (Date.now() - began) / 1000;
    let client: Client | undefined;
    let loggedIn = Number.NEGATIVE_INFINITY;
    let ids: readonly string[] = [];
    const volumes = (rest: string) => `/volumev3/v3/${client?.projectId}/volumes${rest}`;
    for (let action = 0; action < 70; action += 1) {
      vi.setSystemTime(Date.now() + 1000 * (pauses[Math.floor(random() * pauses.length)] ?? 1));
      predicted = new Tally();
      const kind = Math.floor(random() * 6);
      if (client === undefined || kind === 0 || now() - loggedIn > 3000) {
        footprint.login(0, now());
        client = await proxy.as(name);
        loggedIn = now();
      } else if (kind === 1) {
        footprint.versionsOf(0, now());
        await client.get('/volumev3/');
      } else if (kind === 2) {
        footprint.find(0, now());
        await client.get(volumes('/00000000-0000-4000-8000-000000000000'));
      } else if (kind === 3 || ids.length === 0) {
        footprint.list(0, now());
        const { json } = await client.get(volumes('/detail'));
        ids = json.volumes.map(({ id }: { id: string }) => id);
      } else {
        const { headers } = await client.get(volumes(`/${ids[Math.floor(random() * ids.length)]}`));
        const at = user.providers.indexOf(String(headers['x-fed-provider']));
        footprint.show(0, now(), at, (user.scopes[at] ?? 1) > 1 && headers['x-fed-project'] !== first ? 1 : 0);
      }
      const found = seen();
      expect({ action, at: now(), asked: found.text }).toEqual({ action, at: now(), asked: predicted.text });
      expect(predicted.differences(found)).toEqual([]);
    }
    expect(now()).toBeGreaterThan(10 * 3600);
  });
});
