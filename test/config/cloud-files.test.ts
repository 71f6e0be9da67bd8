import { chmodSync, mkdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { complaint, entry, openrc, temporaryHome } from './temporary-home.ts';

const home = temporaryHome();
const isRoot = process.getuid?.() === 0;

/** Write a file with one entry that is named after it. */
function place(file: string, name: string): string {
  return home.write(file, file.endsWith('json') ? JSON.stringify(asJson(name)) : `clouds:\n${entry(name)}`);
}

function asJson(name: string): unknown {
  return { clouds: { [name]: { auth: { auth_url: `https://${name}.example/v3`, username: 'ada', password: 'x' } } } };
}

describe('the search for clouds.yaml', () => {
  it('goes through the folders in the order of openstacksdk, and the first file counts whole', async () => {
    const files = [
      ['work/clouds.json', 'working-folder-json'],
      ['work/clouds.yml', 'working-folder-yml'],
      ['work/clouds.yaml', 'working-folder'],
    ] as const;
    const inOrder = [
      ['etc/openstack/clouds.yaml', 'machine'],
      ['etc/xdg/openstack/clouds.yaml', 'site'],
      ['home/.config/openstack/clouds.yaml', 'dot-config'],
      ['home/xdg/openstack/clouds.yaml', 'xdg'],
      ...files,
    ] as const;
    const env = { XDG_CONFIG_HOME: home.path('home/xdg') };
    for (const [file, name] of inOrder) {
      const path = place(file, name);
      const { account, source } = await home.resolve(env);
      expect(account.name).toBe(name);
      expect(source).toBe(`clouds.yaml entry ${name} (${path})`);
    }
  });

  it('puts OS_CLIENT_CONFIG_FILE in front, relative to the working folder', async () => {
    place('work/clouds.yaml', 'usual');
    place('work/other/mine', 'chosen');
    const { account, warnings } = await home.resolve({ OS_CLIENT_CONFIG_FILE: 'other/mine' });
    expect(account.name).toBe('chosen');
    expect(warnings).toEqual([]);
  });

  it('warns when OS_CLIENT_CONFIG_FILE does not exist, and searches on', async () => {
    place('work/clouds.yaml', 'usual');
    const { account, warnings } = await home.resolve({ OS_CLIENT_CONFIG_FILE: '/nowhere/clouds.yaml' });
    expect(account.name).toBe('usual');
    expect(warnings).toEqual([
      expect.stringMatching(/^OS_CLIENT_CONFIG_FILE names \/nowhere\/clouds.yaml, which does not/),
    ]);
  });

  it('searches each of several XDG_CONFIG_DIRS', async () => {
    place('etc/b/openstack/clouds.yaml', 'second');
    const { account } = await home.resolve({ XDG_CONFIG_DIRS: `${home.path('etc/a')}:${home.path('etc/b')}` });
    expect(account.name).toBe('second');
  });

  it('ignores a relative XDG_CONFIG_HOME', async () => {
    place('work/settings/openstack/clouds.yaml', 'relative');
    place('home/.config/openstack/clouds.yaml', 'absolute');
    const { account } = await home.resolve({ XDG_CONFIG_HOME: 'settings' });
    expect(account.name).toBe('absolute');
  });

  it("looks into the user's real home from inside a snap", async () => {
    place('real/.config/openstack/clouds.yaml', 'real');
    const { account } = await home.resolve({ SNAP_REAL_HOME: home.path('real') });
    expect(account.name).toBe('real');
  });

  it('leaves a folder of that name out, with a warning', async () => {
    mkdirSync(home.path('work/clouds.yaml'));
    place('home/.config/openstack/clouds.yaml', 'usual');
    const { account, warnings } = await home.resolve({});
    expect(account.name).toBe('usual');
    expect(warnings).toEqual([`${home.path('work/clouds.yaml')} is left out: EISDIR.`]);
  });

  it.skipIf(isRoot)('leaves a file that may not be read out, with a warning', async () => {
    chmodSync(place('work/clouds.yaml', 'forbidden'), 0);
    place('home/.config/openstack/clouds.yaml', 'usual');
    const { account, warnings } = await home.resolve({});
    expect(account.name).toBe('usual');
    expect(warnings).toEqual([`${home.path('work/clouds.yaml')} is left out: EACCES.`]);
  });

  it('says nothing about passwords in a file that others can read', async () => {
    chmodSync(place('work/clouds.yaml', 'open'), 0o644);
    expect((await home.resolve({})).warnings).toEqual([]);
  });

  it('reads no file when OS_* variables alone say who the user is', async () => {
    home.write('work/clouds.yaml', 'clouds: [');
    const { account, source } = await home.resolve(openrc);
    expect(account.name).toBe('envvars');
    expect(source).toBe('OS_* variables');
  });

  it('lists the folders that were searched when there is nothing at all', async () => {
    const text = await complaint(home.resolve({}));
    expect(text).toContain('no OS_* variables are set, and there is no clouds.yaml');
    for (const folder of ['work', 'home/.config/openstack', 'etc/xdg/openstack', 'etc/openstack']) {
      expect(text).toContain(home.path(folder));
    }
  });
});

describe('secure.yaml', () => {
  it('is found by itself and laid over clouds.yaml, key by key', async () => {
    place('home/.config/openstack/clouds.yaml', 'lab');
    home.write(
      'etc/openstack/secure.yaml',
      'clouds:\n  lab:\n    auth:\n      password: from secure\n    interface: internal\n',
    );
    const { account } = await home.resolve({});
    expect(account.methods).toEqual([
      { method: 'password', user: { name: 'ada', domain: { name: 'People' } }, password: 'from secure' },
    ]);
    expect(account.interface).toBe('internal');
    expect(account.authUrl).toBe('https://lab.example:5000/v3');
  });

  it('is taken from OS_CLIENT_SECURE_FILE first', async () => {
    place('work/clouds.yaml', 'lab');
    home.write('work/secure.yaml', 'clouds: {lab: {auth: {password: usual}}}');
    home.write('work/mine.yaml', 'clouds: {lab: {auth: {password: mine}}}');
    const { account } = await home.resolve({ OS_CLIENT_SECURE_FILE: 'mine.yaml' });
    expect(account.methods[0]).toMatchObject({ password: 'mine' });
  });

  it('makes a cloud by itself when it is complete', async () => {
    const path = place('work/secure.yaml', 'alone');
    const { account, source } = await home.resolve({});
    expect(account.name).toBe('alone');
    expect(source).toBe(`secure.yaml entry alone (${path})`);
  });

  it('is named when it alone has an entry, and that has no auth_url', async () => {
    place('work/clouds.yaml', 'lab');
    const secure = home.write('work/secure.yaml', 'clouds: {labb: {auth: {password: horse staple}}}');
    const text = await complaint(home.resolve({ OS_CLOUD: 'labb' }));
    expect(text).toContain(`secure.yaml entry labb (${secure}): the Identity service's URL is missing.`);
    expect(text).toContain(`Only secure.yaml (${secure}) has labb, and no clouds.yaml`);
    expect(text).not.toContain('horse');
  });
});

describe('what stands in the files', () => {
  it('is text as it was written: digits keep their zeros, yes stays yes', async () => {
    home.write(
      'work/clouds.yaml',
      'clouds: {a: {auth: {auth_url: https://a.example/v3, username: yes, password: 0123, project_id: 12e45678901234567890}}}',
    );
    const { account } = await home.resolve({});
    expect(account.methods[0]).toMatchObject({ user: { name: 'yes' }, password: '0123' });
    expect(account.project).toEqual({ id: '12e45678901234567890' });
  });

  it('can use anchors, merge keys and empty values', async () => {
    home.write(
      'work/clouds.yaml',
      `shared: &shared
  region_name: north
  interface: internal
clouds:
${entry('lab', '    <<: *shared\n    cacert:\n    cert: ~\n')}`,
    );
    const { account } = await home.resolve({});
    expect(account).toMatchObject({ region: 'north', interface: 'internal', connection: {} });
  });

  it('can be JSON, with numbers and a byte order mark', async () => {
    home.write(
      'work/clouds.json',
      `\uFEFF${JSON.stringify({ clouds: { a: { auth: { auth_url: 'https://a.example/v3', username: 'ada', password: 42 } } } })}`,
    );
    const { account } = await home.resolve({});
    expect(account.methods[0]).toMatchObject({ password: '42' });
  });

  it.each([
    ['a tab', 'clouds:\n  lab:\n\tauth: {}\n', 'line 3, column 1'],
    ['an unclosed bracket', 'clouds:\n  lab: {auth: {password: horse\n', 'line 3, column 1'],
    ['an unquoted password with a star', 'clouds:\n  lab:\n    auth:\n      password: *horse\n', 'line 4, column '],
    [
      'an unquoted password with an exclamation mark',
      'clouds:\n  lab:\n    auth:\n      password: !horse x\n',
      'line 4, column ',
    ],
    ['a password with a colon', 'clouds:\n  lab:\n    auth:\n      password: horse: staple\n', 'line 4, column '],
  ])('is refused for %s with file, line and column, and without the words that stand there', async (_, text, where) => {
    const path = home.write('work/clouds.yaml', text);
    const said = await complaint(home.resolve({}));
    expect(said).toContain(`${path}, ${where}`);
    expect(said).not.toMatch(/horse|staple/);
  });

  it('is refused as JSON with the file, and without the words that stand there', async () => {
    const path = home.write('work/clouds.json', '{"clouds": {"a": {"auth": {"password": horse}}}}');
    const said = await complaint(home.resolve({}));
    expect(said).toContain(`${path} is not valid JSON`);
    expect(said).not.toContain('horse');
  });

  it('warns of a key that stands there twice, of which the last one counts', async () => {
    const path = home.write('work/clouds.yaml', `clouds:\n${entry('lab')}    region_name: one\n    region_name: two\n`);
    const { account, warnings } = await home.resolve({});
    expect(account.region).toBe('two');
    expect(warnings).toEqual([`${path}, line 11: the same key stands there twice; the last one counts.`]);
  });

  it.each([
    ['clouds: [a, b]', 'clouds in '],
    ['- clouds', ' must have named sections'],
    ['clouds: {lab: https://lab.example}', 'lab in '],
    ['clouds: {lab: {auth: ada}}', 'auth of lab in '],
  ])('is refused when %s is not what it must be', async (text, said) => {
    const path = home.write('work/clouds.yaml', text);
    const whole = await complaint(home.resolve({ OS_CLOUD: 'lab' }));
    expect(whole).toContain(said);
    expect(whole).toContain(path);
  });

  it.each(['', '# nothing yet\n', 'clouds:\n'])('may be empty: %j', async (text) => {
    const path = home.write('work/clouds.yaml', text);
    expect(await complaint(home.resolve({}))).toContain(`no OS_* variables are set, and ${path} has no clouds`);
  });

  it('must be one document', async () => {
    const path = home.write('work/clouds.yaml', 'clouds: {}\n---\nclouds: {}\n');
    expect(await complaint(home.resolve({}))).toContain(`${path} must be one document`);
  });

  it('is not confused by entries that are called like parts of JavaScript', async () => {
    home.write('work/clouds.yaml', `clouds:\n${entry('lab')}`);
    expect(await complaint(home.resolve({ OS_CLOUD: 'constructor' }))).toContain(
      'There is no cloud named constructor.',
    );
  });
});
