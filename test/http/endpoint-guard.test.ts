import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { CatalogError } from '../../src/errors.ts';
import { createEndpointGuard } from '../../src/http/endpoint-guard.ts';
import { createJudge, type JudgeOptions } from '../../src/http/endpoint-judge.ts';
import type { Reach } from '../../src/ports/http.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { bytesOf, ENGINES, failure, harness } from './support.ts';

const KEYSTONES = [
  { provider: 'home', url: 'https://keystone.home.example:5000/v3' },
  { provider: 'sp-a', url: 'https://keystone.a.example/v3' },
  { provider: 'sp-b', url: 'https://keystone.b.example/v3' },
  { provider: 'lab', url: 'http://127.0.0.7:5000/v3' },
];

const NAMES: Record<string, readonly string[]> = {
  'keystone.home.example': ['192.0.2.1'],
  'keystone.a.example': ['198.51.100.1'],
  'keystone.b.example': ['203.0.113.1'],
  'nova.a.example': ['198.51.100.2'],
};

function resolve(hostname: string): Promise<readonly string[]> {
  const found = NAMES[hostname] ?? (/^[\d.:a-f]+$/.test(hostname) ? [hostname] : undefined);
  return found === undefined ? Promise.reject(new Error('ENOTFOUND')) : Promise.resolve(found);
}

function judgeOf(options: Partial<JudgeOptions> = {}) {
  const judge = createJudge({ hosts: [], warn: undefined, resolve, ...options });
  return (provider: string, hostname: string, found: readonly string[] = NAMES[hostname] ?? [hostname]) =>
    judge({ provider, service: 'compute', hostname, found, keystones: KEYSTONES });
}

describe('where a catalog leads', () => {
  it('is reached at any host of the world', async () => {
    expect(await judgeOf()('sp-a', 'nova.a.example')).toEqual(['198.51.100.2']);
    expect(await judgeOf()('sp-a', '10.1.2.3')).toEqual(['10.1.2.3']);
  });

  it.each([
    ['127.0.0.1', 'which is a loopback address'],
    ['127.8.9.1', 'which is a loopback address'],
    ['::1', 'which is a loopback address'],
    ['::ffff:7f00:1', 'which is a loopback address'],
    ['0.0.0.0', 'which is the address of no host'],
    ['169.254.1.1', 'which is a link-local address'],
    ['fe80::1', 'which is a link-local address'],
    ['169.254.169.254', 'which is the address of a metadata service'],
    ['fd00:ec2::254', 'which is the address of a metadata service'],
  ])('is refused at %s, named and looked up', async (address, why) => {
    const said = await failure(judgeOf()('sp-a', address));
    expect(said).toBeInstanceOf(CatalogError);
    expect(said).toMatchObject({ provider: 'sp-a', service: 'compute' });
    expect(String(said)).toContain(`sp-a: its catalog has compute at ${address}, ${why}. Nothing was sent there.`);
    const named = await failure(judgeOf()('sp-a', 'nova.a.example', [address]));
    expect(String(named)).toContain(`at nova.a.example (${address}), ${why}.`);
  });

  it('is refused at a name of this machine that a proxy would look up', async () => {
    expect(String(await failure(judgeOf()('sp-a', 'localhost', [])))).toContain('which is a loopback address');
    expect(await judgeOf()('sp-a', 'nova.a.example', [])).toEqual([]);
  });

  it('is reached at such an address where the own Keystone is at one of the kind', async () => {
    expect(await judgeOf()('lab', '127.0.0.1')).toEqual(['127.0.0.1']);
    await expect(judgeOf()('lab', '169.254.169.254')).rejects.toThrow('metadata');
  });

  it("is refused where another provider's Keystone is, by name and by address", async () => {
    await expect(judgeOf()('sp-a', 'keystone.b.example')).rejects.toThrow("where sp-b's Keystone is");
    await expect(judgeOf()('sp-a', 'nova.a.example', ['203.0.113.1'])).rejects.toThrow("where sp-b's Keystone is");
    await expect(judgeOf()('sp-a', 'nova.a.example', ['192.0.2.1'])).rejects.toThrow("where home's Keystone is");
    expect(await judgeOf()('sp-a', 'nova.a.example', ['198.51.100.1'])).toEqual(['198.51.100.1']);
  });

  it('keeps the addresses of a host that are in bounds', async () => {
    expect(await judgeOf()('sp-a', 'nova.a.example', ['::1', '198.51.100.2'])).toEqual(['198.51.100.2']);
  });

  it('is narrowed to hosts and domains by the setting, and widened by a host that it names', async () => {
    const judge = judgeOf({ hosts: ['.a.example', '127.0.0.1'] });
    expect(await judge('sp-a', 'nova.a.example')).toEqual(['198.51.100.2']);
    expect(await judge('sp-a', '127.0.0.1')).toEqual(['127.0.0.1']);
    await expect(judge('sp-a', 'nova.evil.example', ['198.51.100.9'])).rejects.toThrow('endpoint-hosts');
    await expect(judge('sp-a', 'nova.a.example', ['127.0.0.1'])).rejects.toThrow('a loopback address');
  });

  it('is warned of once where that is all that is wanted', async () => {
    const warnings: string[] = [];
    const judge = judgeOf({ warn: (message) => warnings.push(message) });
    expect(await judge('sp-a', '127.0.0.1')).toEqual(['127.0.0.1']);
    expect(await judge('sp-a', '127.0.0.1')).toEqual(['127.0.0.1']);
    expect(warnings).toEqual([
      'sp-a: its catalog has compute at 127.0.0.1, which is a loopback address. fed proxy would send nothing there.',
    ]);
  });

  it('does not wait for name servers that say nothing of others', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const judge = judgeOf({
      resolve: (name) => (name === 'keystone.b.example' ? new Promise(() => {}) : resolve(name)),
    });
    const first = judge('sp-a', 'nova.a.example');
    await vi.advanceTimersByTimeAsync(1000);
    expect(await first).toEqual(['198.51.100.2']);
    // No more waiting: no clock moves here.
    expect(await judge('sp-a', 'nova.a.example')).toEqual(['198.51.100.2']);
  });
});

describe.each(ENGINES)('requests with a reach, by %s', (_name, make) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer((_request, response) => void response.end('here'));
  });
  afterAll(() => server.close());

  let asked: (readonly [hostname: string, addresses: readonly string[]])[] = [];
  beforeEach(() => {
    asked = [];
  });
  const reach = (within: (addresses: readonly string[]) => readonly string[]): Reach => ({
    name: 'sp-a',
    within: (hostname, addresses) => {
      asked.push([hostname, addresses]);
      return Promise.resolve(within(addresses));
    },
  });

  it('go to the addresses that are allowed, whatever else the host has', async () => {
    const sender = harness(await make());
    const url = `http://localhost:${server.port}/`;
    const answer = await sender.call(url, { reach: reach((all) => all.filter((each) => each === '127.0.0.1')) });
    expect(String(await bytesOf(answer.body))).toBe('here');
    expect(asked).toEqual([['localhost', expect.arrayContaining(['127.0.0.1'])]]);
    await sender.close();
  });

  it('make no connection where nothing is allowed', async () => {
    const sender = harness(await make());
    const before = server.connections();
    const guard = createEndpointGuard({ hosts: [], warn: undefined });
    const keystones = () => Promise.resolve([]);
    const said = await failure(sender.call(server.origin, { reach: guard.reach('sp-a', 'compute', keystones) }));
    expect(said).toBeInstanceOf(CatalogError);
    expect(String(said)).toContain('which is a loopback address');
    expect(server.connections()).toBe(before);
    await sender.close();
  });

  it('do not use a connection that was made without asking', async () => {
    const sender = harness(await make());
    await bytesOf((await sender.call(server.origin)).body);
    const refusing = reach(() => {
      throw new CatalogError('no', { provider: 'sp-a', service: 'compute' });
    });
    expect(await failure(sender.call(server.origin, { reach: refusing }))).toBeInstanceOf(CatalogError);
    await sender.close();
  });
});
