/** Configurations that were met in public, and that were taken for something else. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { setSetting } from '../../src/config/change-settings.ts';
import { readSettings } from '../../src/config/settings.ts';
import { complaint, entry, openrc, temporaryHome } from './temporary-home.ts';

const home = temporaryHome();

describe('a clouds.yaml that is not UTF-8', () => {
  const text = `clouds:\n${entry('lab').replace('horse staple', 'Pferdeäpfel')}`;

  it.each([
    ['Latin-1', Buffer.from(text, 'latin1'), 'Latin-1'],
    ['UTF-16 with a mark', Buffer.from(`\uFEFF${text}`, 'utf16le'), 'UTF-16'],
    ['UTF-16 without one', Buffer.from(text.replace('ä', 'a'), 'utf16le'), 'UTF-16'],
  ])('in %s is refused with its name and encoding', async (_, bytes, encoding) => {
    const path = home.path('work/clouds.yaml');
    writeFileSync(path, bytes);
    const said = await complaint(home.resolve({}));
    expect(said).toContain(`${path} is not UTF-8: it looks like ${encoding}`);
    expect(said).toContain('iconv');
    expect(said).not.toContain('Pferde');
  });
});

describe('a mistake in clouds.yaml', () => {
  it('is a template that was not filled in', async () => {
    const path = home.write('work/clouds.yaml', `clouds:\n  lab:\n    auth:\n      password: {{ pw }}\n`);
    const said = await complaint(home.resolve({}));
    expect(said).toContain(`${path}, line 4, column 17: {{ … }} is not YAML`);
    expect(said).toContain('template');
  });

  it('is a list of clouds', async () => {
    const path = home.write('work/clouds.yaml', 'clouds:\n  - name: a\n');
    expect(await complaint(home.resolve({}))).toContain(
      `clouds in ${path} must have the name of each cloud as a key, and is a list`,
    );
  });
});

describe('files of certificates', () => {
  it('that nothing needs do not matter: a key without a certificate, a CA for http', async () => {
    const key = await home.resolve({ ...openrc, OS_KEY: 'nowhere.key' });
    expect(key.account.connection).toEqual({});
    expect(key.warnings).toEqual(['OS_KEY is not used, because there is no client certificate (cert) with it.']);
    const env = { ...openrc, OS_AUTH_URL: 'http://home.example:5000/v3', OS_CACERT: 'nowhere.pem' };
    expect((await home.resolve(env)).account.connection).toEqual({ caFile: home.path('work/nowhere.pem') });
  });

  it('are those of REQUESTS_CA_BUNDLE, else of CURL_CA_BUNDLE, where nothing else names them', async () => {
    const [requests, curl, own] = ['r.pem', 'c.pem', 'own.pem'].map((name) => home.write(`work/${name}`, ''));
    const env = { ...openrc, CURL_CA_BUNDLE: 'c.pem' };
    expect((await home.resolve(env)).account.connection).toEqual({ caFile: curl });
    const both = { ...env, REQUESTS_CA_BUNDLE: requests };
    expect((await home.resolve(both)).account.connection).toEqual({ caFile: requests });
    expect((await home.resolve({ ...both, OS_CACERT: 'own.pem' })).account.connection).toEqual({ caFile: own });
    expect((await home.resolve({ ...both, OS_INSECURE: 'true' })).account.connection).toEqual({ insecure: true });
    expect(await complaint(home.resolve({ ...openrc, REQUESTS_CA_BUNDLE: 'gone.pem' }))).toContain(
      'REQUESTS_CA_BUNDLE',
    );
  });

  it('can be a folder', async () => {
    mkdirSync(home.path('work/certs'));
    const { account } = await home.resolve({ ...openrc, OS_CACERT: 'certs' });
    expect(account.connection).toEqual({ caFile: home.path('work/certs') });
  });
});

describe('an endpoint override', () => {
  it('can have what keystoneauth fills in, and nothing else', async () => {
    const url = 'https://swift.example/v1/AUTH_%(project_id)s';
    const { account } = await home.resolve({ ...openrc, OS_OBJECT_STORE_ENDPOINT_OVERRIDE: url });
    expect(account.endpointOverrides).toEqual({ 'object-store': url });
    const said = await complaint(home.resolve({ ...openrc, OS_IMAGE_ENDPOINT_OVERRIDE: 'https://a.example/%(pw)s' }));
    expect(said).toContain('OS_IMAGE_ENDPOINT_OVERRIDE has %(pw)s in it');
  });
});

describe('names with spaces and commas', () => {
  it('can be given as JSON', async () => {
    const folder = home.path('home/.config/fed');
    await setSetting(folder, 'skip-providers', ['["SP A, Boston/MA", "sp-b"]']);
    expect(readSettings(folder, {}).values['skip-providers']).toEqual(['SP A, Boston/MA', 'sp-b']);
    await setSetting(folder, 'skip-providers', ['SP A', 'sp-b']);
    expect(readSettings(folder, {}).values['skip-providers']).toEqual(['SP A', 'sp-b']);
    expect(readSettings(folder, { FED_PROVIDERS: '["a, b"]' }).values.providers).toEqual(['a, b']);
  });
});
