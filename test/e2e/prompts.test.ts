/** Passwords that nobody wrote down: who is asked for them, in which order, and what is done without. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { describeOnTerminal, play } from '../support/pty.ts';
import { fedScript, type Place, placeFor } from './fed.ts';

let sandbox: Awaited<ReturnType<typeof startSandbox>>;
let place: Place;

beforeAll(async () => {
  sandbox = await startSandbox({ providers: 3 });
});

afterAll(() => sandbox.close());

/** Home's alice, and two clouds of their own in which she is somebody else: no password is in any file. */
beforeEach(() => {
  place = placeFor({});
  const entry = (url: string, user: string, project: string) =>
    `{auth: {auth_url: "${url}", username: ${user}, project_name: ${project}, user_domain_name: Default, project_domain_name: Default}}`;
  const { authUrl } = sandbox.home;
  writeFileSync(
    join(place.folder, 'clouds.yaml'),
    `clouds:
  main: ${entry(authUrl, 'alice', 'research')}
  second: ${entry(authUrl, 'bob', 'teaching')}
  third: ${entry(authUrl, 'bob', 'teaching')}
`,
  );
  mkdirSync(join(place.folder, '.config/fed'), { recursive: true });
  writeFileSync(
    join(place.folder, '.config/fed/settings.json'),
    JSON.stringify({ 'provider-accounts': { one: 'second', two: 'third' } }),
    { mode: 0o600 },
  );
});

afterEach(() => place.remove());

const typed = (args: readonly string[], steps: ReadonlyArray<readonly [string, string]>) =>
  play(
    [process.execPath, fedScript, ...args],
    { env: { PATH: process.env.PATH ?? '', HOME: place.folder, OS_CLOUD: 'main', TERM: 'xterm' }, cwd: place.folder },
    steps,
  );

/** The questions that were shown, in order. */
const questions = (shown: string) => shown.match(/Password[^:]*(?=\(http)/g)?.map((each) => each.trim()) ?? [];

const LIST = ['list', 'volumes', '--format', 'json'];

describeOnTerminal('passwords at a terminal', () => {
  it('are asked for one after the other, each with its cloud and user, and go there alone', async () => {
    const { shown, code } = await typed(LIST, [
      ['of alice at home', 'alice-secret\r'],
      ['of bob at one', 'bob-secret\r'],
      ['of bob at two', 'bob-secret\r'],
    ]);
    expect({ code, questions: questions(shown) }).toEqual({
      code: 0,
      questions: ['Password of alice at home', 'Password of bob at one', 'Password of bob at two'],
    });
    expect(shown).toContain(`(${sandbox.home.authUrl}): `);
    expect(shown).not.toContain('secret');
  });

  it('that are typed ahead go to the questions in their order', async () => {
    const { shown, code } = await typed(LIST, [['of alice at home', 'alice-secret\rbob-secret\rbob-secret\r']]);
    expect({ code, asked: questions(shown).length }).toEqual({ code: 0, asked: 3 });
  });

  it('are asked for only where the command needs them', async () => {
    const steps = [['of alice at home', 'alice-secret\r']] as const;
    const { shown, code } = await typed([...LIST, '--provider', 'home', '--provider', 'sp-a'], steps);
    expect({ code, questions: questions(shown) }).toEqual({ code: 0, questions: ['Password of alice at home'] });
    expect(questions((await typed(['config', 'list'], [])).shown)).toEqual([]);
  });

  it('end with Ctrl-C, as everything does', async () => {
    const { shown, code } = await typed(LIST, [['of alice at home', 'ali\u0003']]);
    expect({ code, asked: questions(shown).length }).toEqual({ code: 130, asked: 1 });
  });

  it('that end with Ctrl-D are not sent: home is needed, and a provider is left out', async () => {
    const without = await typed(LIST, [['of alice at home', '\u0004']]);
    expect(without).toMatchObject({ code: 3, shown: expect.stringContaining('No password was given for home (main') });
    const { shown, code } = await typed(LIST, [
      ['of alice at home', 'alice-secret\r'],
      ['at one', '\u0004'],
      ['at two', 'bob-secret\r'],
    ]);
    expect(code).toBe(6);
    expect(shown).toContain('No password was given for one (second');
  });
});

it('without a terminal end the command with exit code 3, and the cloud that lacks one', async () => {
  const { code, stdout, stderr, requests } = await place.run(LIST, { env: { OS_CLOUD: 'main' } });
  expect({ code, stdout, requests }).toEqual({ code: 3, stdout: '', requests: [] });
  expect(stderr).toMatch(/There is no password for home \(main, http.*clouds\.yaml.*no terminal/);
});

it('without a terminal leave a provider of its own out, and it is said which', async () => {
  const env = { OS_CLOUD: 'main', OS_PASSWORD: 'alice-secret' };
  writeFileSync(join(place.folder, 'secure.yaml'), 'clouds: {main: {auth: {password: alice-secret}}}\n', {
    mode: 0o600,
  });
  const { code, stdout, stderr } = await place.run(LIST, { env });
  expect(code).toBe(6);
  expect(JSON.parse(stdout)).not.toEqual([]);
  expect(stderr).toContain('There is no password for one (second');
});
