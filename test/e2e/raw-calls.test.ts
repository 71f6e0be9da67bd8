/** What `fed curl` says where curl would have said something: on the sandbox, whose clouds can be broken at will. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../src/sandbox/api.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { type Place, placeFor } from './fed.ts';

const UNKNOWN = '00000000-0000-4000-8000-000000000000';
const CODE = ['-w', '%{http_code} %{fed_provider}\\n'];

let clouds: Sandbox;
let alice: Place;

beforeAll(async () => {
  clouds = await startSandbox({ providers: 3 });
  alice = placeFor(clouds.env('alice'));
});

afterEach(() => clouds.faults.clear());

afterAll(async () => {
  alice.remove();
  await clouds.close();
});

describe('an id that every cloud says 404 to', () => {
  it("gives home's 404, body and all, and ends well", async () => {
    const { code, stdout, stderr } = await alice.run(['curl', '-i', ...CODE, `volume/volumes/${UNKNOWN}`]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^HTTP\/1\.1 404 Not Found\r\n/);
    expect(stdout).toMatch(/\r\n\r\n\{.*"itemNotFound".*\}404 home\n$/);
    expect(stdout).toContain(UNKNOWN);
    expect(stderr).toContain('was not found at home, sp-a, sp-b, sp-c; this is what home answered.');
  });

  it('is told by -w alone, without a word on stderr, as loops that wait for a deletion need it', async () => {
    const args = ['curl', '-s', '-o', '/dev/null', '-w', '%{http_code}', `volume/volumes/${UNKNOWN}`];
    expect(await alice.run(args)).toMatchObject({ code: 0, stdout: '404', stderr: '' });
  });

  it('is a failure with -f, and has no body with -I', async () => {
    expect(await alice.run(['curl', '-f', ...CODE, `volume/volumes/${UNKNOWN}`])).toMatchObject({
      code: 22,
      stdout: '404 home\n',
    });
    const head = await alice.run(['curl', '-I', `volume/volumes/${UNKNOWN}`]);
    expect(head).toMatchObject({ code: 0 });
    expect(head.stdout).toMatch(/^HTTP\/1\.1 404 [\s\S]*\r\n\r\n$/);
  });

  it('gives the 404 of where it was asked for', async () => {
    const args = ['curl', ...CODE, '-o', '/dev/null', '--provider', 'sp-b', '--provider', 'sp-a'];
    expect(await alice.run([...args, `volume/volumes/${UNKNOWN}`])).toMatchObject({ code: 0, stdout: '404 sp-a\n' });
  });

  it('is no answer for what only the body names', async () => {
    const body = JSON.stringify({ volume: { size: 1, snapshot_id: UNKNOWN } });
    expect(await alice.run(['curl', ...CODE, '-d', body, 'volume/volumes'])).toMatchObject({
      code: 4,
      stdout: '000 \n',
    });
  });
});

describe('-w where no answer came', () => {
  it('is 000 when a cloud that may have it could not be asked', async () => {
    clouds.faults.add({ kind: 'status', status: 503, cloud: 'sp-b', service: 'block-storage' });
    expect(await alice.run(['curl', ...CODE, `volume/volumes/${UNKNOWN}`])).toMatchObject({
      code: 7,
      stdout: '000 \n',
    });
  });

  it('is 000 when the provider is down, lacks the service, or the URL is nobody’s', async () => {
    clouds.faults.add({ kind: 'refuse', cloud: 'sp-b' });
    const runs = await Promise.all(
      [
        ['--provider', 'sp-b', 'volume/volumes'],
        ['--provider', 'sp-c', 'compute/servers'],
        ['http://127.0.0.1:1/v3/volumes'],
      ].map((args) => alice.run(['curl', ...CODE, ...args])),
    );
    expect(runs.map(({ code, stdout }) => [code, stdout])).toEqual([
      [7, '000 \n'],
      [1, '000 \n'],
      [2, '000 \n'],
    ]);
  });

  it('has the status of an answer that breaks off', async () => {
    clouds.faults.add({ kind: 'cut', cloud: 'home', path: '/limits' });
    const { code, stdout } = await alice.run(['curl', '-o', '/dev/null', ...CODE, 'volume/limits']);
    expect({ code, stdout }).toEqual({ code: 7, stdout: '200 home\n' });
  });
});

describe("curl's letters", () => {
  it('-G puts the data into the query', async () => {
    const { code, requests } = await alice.run(['curl', '-sG', '-d', 'limit=1', '-d', 'x=y', 'volume/volumes?all=1']);
    expect(code).toBe(0);
    expect(requests.at(-1)).toMatchObject({ method: 'GET', url: expect.stringMatching(/volumes\?all=1&limit=1&x=y$/) });
  });

  it('-O writes a file named as the path ends', async () => {
    expect(await alice.run(['curl', '-LkO', '-m', '60', 'volume/limits?x=1'])).toMatchObject({ code: 0, stdout: '' });
    expect(existsSync(join(alice.folder, 'limits'))).toBe(true);
  });

  it.each([
    [['-u', 'me:secret'], 'fed authenticates by itself'],
    [['-b', 'a=b'], 'takes a token'],
    [['-x', 'http://proxy'], 'https_proxy'],
    [['-F', 'a=b'], 'takes JSON'],
    [['-V'], 'fed --version'],
  ])('%j is refused with what to do in its place', async (args, hint) => {
    const { code, stderr, requests } = await alice.run(['curl', ...args, 'volume/volumes']);
    expect({ code, requests }).toEqual({ code: 2, requests: [] });
    expect(stderr).toContain(hint);
    expect(stderr).not.toContain('secret');
  });

  it('that are about one answer are refused with --all', async () => {
    const { code, stderr } = await alice.run(['curl', '--all', '-w', '%{http_code}', 'compute/limits']);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('--write-out') });
  });
});
