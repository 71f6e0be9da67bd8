/** Providers whose names or clouds are taken already. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { type Place, placeFor } from './fed.ts';

let sandbox: Awaited<ReturnType<typeof startSandbox>>;
let place: Place;

beforeAll(async () => {
  sandbox = await startSandbox({ providers: 1 });
});

afterAll(() => sandbox.close());

beforeEach(() => {
  place = placeFor(sandbox.env('alice'));
  const entry = (project: string) =>
    `{auth: {auth_url: "${sandbox.cloud('sp-a').authUrl}", username: local, password: local-secret, project_name: ${project}}}`;
  const text = `clouds:\n  one: ${entry('research-one')}\n  two: ${entry('research-two')}\n`;
  writeFileSync(join(place.folder, 'clouds.yaml'), text);
});

afterEach(() => place.remove());

it('a name that a provider has is refused, unless it is to be replaced', async () => {
  const add = (name: string, ...more: string[]) => place.run(['provider', 'add', name, '--cloud', ...more]);
  const listed = await add('sp-a', 'one');
  expect({ code: listed.code, stderr: listed.stderr }).toEqual({
    code: 2,
    stderr: expect.stringContaining('--replace'),
  });
  expect((await add('lab', 'one')).code).toBe(0);
  const again = await add('lab', 'two');
  expect(again.code).toBe(2);
  expect(again.stderr).toContain('There is a provider lab already: the entry one of clouds.yaml.');
  expect((await add('lab', 'two', '--replace')).code).toBe(0);
});

it('a cloud that is registered twice is listed once, and that is said', async () => {
  const env = { FED_PROVIDER_ACCOUNTS: 'lab=one' };
  const { code, stdout, stderr } = await place.run(['server', 'list', '-f', 'value', '-c', 'id'], { env });
  const ids = stdout.trim().split('\n');
  expect({ code, twice: ids.length - new Set(ids).size }).toEqual({ code: 0, twice: 0 });
  expect(stderr).toContain('lab and sp-a are the same cloud');
});

it('a service provider that is called like home is said to be left out, and a setting is named', async () => {
  const { stderr } = await place.run(['project', 'list'], { env: { FED_HOME_NAME: 'sp-a' } });
  expect(stderr).toContain('home lists a service provider sp-a, and sp-a is what home itself is called here');
  const wrong = await place.run(['project', 'list'], { env: { FED_PROVIDERS: 'nosuch' } });
  expect(wrong.stderr).toContain('There is no provider named nosuch (FED_PROVIDERS)');
});
