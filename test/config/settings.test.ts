import { chmodSync, chownSync, existsSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  addProviderAccount,
  removeProviderAccount,
  setSetting,
  unsetSetting,
} from '../../src/config/change-settings.ts';
import type { Environment } from '../../src/config/paths.ts';
import { type SettingKey, settingTable } from '../../src/config/setting-table.ts';
import { isAllowed } from '../../src/config/setting-values.ts';
import { readSettings, type Settings } from '../../src/config/settings.ts';
import { complaint, temporaryHome } from './temporary-home.ts';

const home = temporaryHome();
const folder = () => home.path('home/.config/fed');
const read = (env: Environment = {}): Settings => readSettings(folder(), env);
const file = () => home.path('home/.config/fed/settings.json');
const write = (text: string) => home.write('home/.config/fed/settings.json', text);
const onDisk = (): unknown => JSON.parse(readFileSync(file(), 'utf8'));

describe('settings', () => {
  it('are the defaults when there is no file, and none is made', () => {
    const { values, origins, warnings, file: path } = read();
    expect(values['home-name']).toBe('home');
    expect(values.providers).toEqual([]);
    expect(Object.keys(values)).toEqual(settingTable.map(({ key }) => key));
    expect(new Set(Object.values(origins))).toEqual(new Set(['default']));
    expect(warnings).toEqual([]);
    expect(path).toBe(file());
    expect(existsSync(folder())).toBe(false);
  });

  it('have defaults that they can have', () => {
    for (const setting of settingTable) expect(isAllowed(setting, setting.default)).toBe(true);
  });

  it('come from the variable, else the file, else the default, and say so', () => {
    write(JSON.stringify({ 'page-size': 100, retries: 0, providers: ['sp-a'] }));
    const { values, origins } = read({ FED_RETRIES: '5', FED_SKIP_PROVIDERS: 'sp-b, sp-c', FED_FORMAT: '' });
    expect(values).toMatchObject({
      'page-size': 100,
      retries: 5,
      providers: ['sp-a'],
      'skip-providers': ['sp-b', 'sp-c'],
      format: 'table',
    });
    expect(origins).toMatchObject({
      'page-size': 'file',
      retries: 'FED_RETRIES',
      providers: 'file',
      'skip-providers': 'FED_SKIP_PROVIDERS',
      format: 'default',
    });
  });

  it.each([
    ['"page-size": "many"', 'page-size', 'a whole number from 0 to 10000'],
    ['"retries": 1.5', 'retries', 'a whole number from 0 to 20'],
    ['"connect-timeout": 0', 'connect-timeout', 'a number of seconds from 0.1 to 3600'],
    ['"format": "xml"', 'format', 'one of table, json, yaml, csv, value, ndjson'],
    ['"providers": "sp-a"', 'providers', 'a list of names'],
    ['"home-name": "my home"', 'home-name', 'a name without spaces, commas or slashes'],
    ['"provider-accounts": {"a/b": "lab"}', 'provider-accounts', 'provider names with'],
  ])('are refused in the file for %s, with what they can be and how to get rid of it', async (line, key, can) => {
    write(`{${line}}`);
    const text = await complaint(Promise.resolve().then(() => read()));
    expect(text).toContain(`${key} in ${file()} must be ${can}`);
    expect(text).toContain(`fed config unset ${key} removes it.`);
    await unsetSetting(folder(), key);
    expect(read().warnings).toEqual([]);
  });

  it('are refused in a variable, which is named', async () => {
    const text = await complaint(Promise.resolve().then(() => read({ FED_COLOR: 'yes' })));
    expect(text).toBe('color in FED_COLOR must be one of auto, always, never. Change or unset FED_COLOR.');
  });

  it('that are unknown are a warning with a guess, and can be removed', async () => {
    write('{"page-sise": 5}');
    expect(read().warnings).toEqual([`${file()} has a setting page-sise, which is unknown. Did you mean page-size?`]);
    await unsetSetting(folder(), 'page-sise');
    expect(onDisk()).toEqual({});
  });

  it.each(['{"page-size": 1', '[]', '', 'null', '\0\0\0'])(
    'in a damaged file (%j) are the defaults, and the file is put aside with one warning',
    (text) => {
      write(text);
      const { values, warnings } = read();
      expect(values['page-size']).toBe(0);
      expect(warnings).toEqual([expect.stringContaining(`was put aside as ${file()}.damaged`)]);
      expect(readFileSync(`${file()}.damaged`, 'utf8')).toBe(text);
      expect(read().warnings).toEqual([]);
    },
  );

  it('that everybody can write are neither used nor changed', async () => {
    write('{"retries": 7}');
    chmodSync(file(), 0o666);
    const { values, warnings } = read();
    expect(values.retries).toBe(2);
    expect(warnings).toEqual([`The settings in ${file()} are not used: the file can be written by everybody.`]);
    await expect(setSetting(home.path('home/.config/fed'), 'retries', ['3'])).rejects.toThrow(
      /not changed: the file can/,
    );
    expect(readFileSync(file(), 'utf8')).toBe('{"retries": 7}');
  });

  it.skipIf(process.getuid?.() !== 0)('of another user are not used (needs root)', () => {
    write('{"retries": 7}');
    chownSync(file(), 12345, 12345);
    expect(read().values.retries).toBe(2);
    expect(read().warnings).toEqual([expect.stringContaining('not used: the file belongs to another user')]);
  });

  it('in a folder of that name are the defaults with a warning', () => {
    home.write('home/.config/fed/settings.json/inside', '');
    const { values, warnings } = read();
    expect(values.retries).toBe(2);
    expect(warnings).toEqual([expect.stringContaining('cannot be read (EISDIR)')]);
  });
});

describe('changing settings', () => {
  const changes: ReadonlyArray<readonly [SettingKey, readonly string[], unknown]> = [
    ['home-name', ['headquarters'], 'headquarters'],
    ['providers', ['sp-a', 'sp-b'], ['sp-a', 'sp-b']],
    ['providers', ['sp-a,sp-b'], ['sp-a', 'sp-b']],
    ['projects', ['physics dept'], ['physics dept']],
    ['page-size', ['250'], 250],
    ['idle-timeout', ['2.5'], 2.5],
    ['format', ['json'], 'json'],
    ['provider-accounts', ['lab=lab-entry'], { lab: 'lab-entry' }],
  ];

  it.each(changes)('sets %s to %j', async (key, texts, value) => {
    await setSetting(folder(), key, texts);
    expect(read().values[key]).toEqual(value);
    expect(read().origins[key]).toBe('file');
    expect(onDisk()).toEqual({ [key]: value });
  });

  it('keeps the others, and goes back to defaults', async () => {
    await setSetting(folder(), 'page-size', ['5']);
    await setSetting(folder(), 'retries', ['7']);
    await unsetSetting(folder(), 'page-size');
    expect(onDisk()).toEqual({ retries: 7 });
    await unsetSetting(folder(), 'page-size');
    expect(read().values['page-size']).toBe(0);
  });

  it('makes a file and a folder that only their owner can read', async () => {
    await setSetting(folder(), 'retries', ['1']);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(statSync(folder()).mode & 0o777).toBe(0o700);
  });

  it('puts a damaged file aside with a warning, and starts a new one', async () => {
    write('{');
    const { warnings } = await setSetting(folder(), 'retries', ['1']);
    expect(warnings).toEqual([expect.stringContaining('put aside')]);
    expect(onDisk()).toEqual({ retries: 1 });
  });

  it.each([
    ['page-size', ['-1'], 'page-size must be a whole number from 0 to 10000.'],
    ['page-size', ['many'], 'page-size must be a whole number from 0 to 10000.'],
    ['page-size', ['1', '2'], 'page-size must be a whole number from 0 to 10000.'],
    ['color', ['blue'], 'color must be one of auto, always, never.'],
    ['home-name', ['a b'], 'home-name must be a name without spaces, commas or slashes.'],
  ])('refuses %s = %j and writes nothing', async (key, texts, said) => {
    expect(await complaint(setSetting(folder(), key, texts))).toContain(said);
    expect(existsSync(file())).toBe(false);
  });

  it('refuses what is no setting, with a guess and the list', async () => {
    const text = await complaint(setSetting(folder(), 'formt', ['json']));
    expect(text).toContain('There is no setting formt. Did you mean format? Settings: home-name, providers');
    expect(await complaint(unsetSetting(folder(), '__proto__'))).toContain('There is no setting __proto__.');
  });

  it('says which folder cannot be written', async () => {
    home.write('home/.config', 'a file where a folder should be');
    expect(await complaint(setSetting(folder(), 'retries', ['1']))).toContain(
      `The settings in ${folder()} cannot be changed`,
    );
  });
});

describe('providers that are clouds.yaml entries', () => {
  it('are added and removed by name, also with dots in it', async () => {
    await addProviderAccount(folder(), 'lab.example', 'lab');
    await addProviderAccount(folder(), 'prod', 'production');
    expect(read().values['provider-accounts']).toEqual({ 'lab.example': 'lab', prod: 'production' });
    await removeProviderAccount(folder(), 'lab.example');
    expect(read().values['provider-accounts']).toEqual({ prod: 'production' });
  });

  it.each(['a b', 'a/b', 'a,b', ''])('cannot be called %j', async (name) => {
    expect(await complaint(addProviderAccount(folder(), name, 'lab'))).toContain('has no spaces, commas or slashes');
  });

  it("cannot have home's name", async () => {
    expect(await complaint(addProviderAccount(folder(), 'home', 'lab'))).toContain("home is home's name.");
    await setSetting(folder(), 'home-name', ['hq']);
    expect(await complaint(addProviderAccount(folder(), 'hq', 'lab'))).toContain("hq is home's name.");
  });

  it('that were never added cannot be removed', async () => {
    expect(await complaint(removeProviderAccount(folder(), 'lab'))).toContain('No provider lab was added');
    await addProviderAccount(folder(), 'prod', 'production');
    expect(await complaint(removeProviderAccount(folder(), 'constructor'))).toContain('Added were: prod.');
  });
});
