import { describe, expect, it } from 'vitest';
import { complaint, entry, openrc, temporaryHome } from './temporary-home.ts';

const home = temporaryHome();

const PEM = '-----BEGIN SOMETHING-----\nAAAA\n-----END SOMETHING-----\n';

describe('certificates', () => {
  it('are checked against the CAs of OS_CACERT, from ~ or the working folder', async () => {
    const own = home.write('home/ca.pem', '');
    expect((await home.resolve({ ...openrc, OS_CACERT: '~/ca.pem' })).account.connection).toEqual({ caFile: own });
    const here = home.write('work/certs/ca.pem', '');
    expect((await home.resolve({ ...openrc, OS_CACERT: 'certs/ca.pem' })).account.connection).toEqual({ caFile: here });
  });

  it('are checked against the CAs of a file that verify names', async () => {
    const path = home.write('work/ca.pem', '');
    home.write('work/clouds.yaml', `clouds:\n${entry('lab', '    verify: ca.pem\n')}`);
    expect((await home.resolve({})).account.connection).toEqual({ caFile: path });
  });

  it('can be shown by the user: cert alone, and cert with key', async () => {
    const [certFile, keyFile] = [home.write('work/me.pem', ''), home.write('work/me.key', '')];
    const alone = await home.resolve({ ...openrc, OS_CERT: 'me.pem' });
    expect(alone.account.connection).toEqual({ certFile });
    const both = await home.resolve(openrc, { cert: 'me.pem', key: 'me.key' });
    expect(both.account.connection).toEqual({ certFile, keyFile });
  });

  it('of the user need more than a key', async () => {
    home.write('work/me.key', '');
    const { account, warnings } = await home.resolve({ ...openrc, OS_KEY: 'me.key' });
    expect(account.connection).toEqual({});
    expect(warnings).toEqual(['OS_KEY is not used, because there is no client certificate (cert) with it.']);
  });

  it.each([
    ['OS_CACERT', { OS_CACERT: 'nowhere.pem' }],
    ['OS_CERT', { OS_CERT: 'nowhere.pem' }],
    ['OS_KEY', { OS_CERT: PEM, OS_KEY: 'nowhere.pem' }],
  ])('that are neither a file nor PEM are an error that names %s, and never the value', async (name, env) => {
    const text = await complaint(home.resolve({ ...openrc, ...env }));
    expect(text).toContain(`${name} names no file that exists, and is no text in PEM format.`);
    expect(text).not.toContain('nowhere');
  });

  it('can be texts in place of files, also with \\n for the ends of lines', async () => {
    const { account } = await home.resolve(
      { ...openrc, OS_CACERT: PEM, OS_CERT: PEM.replaceAll('\n', '\\n') },
      { key: PEM },
    );
    expect(account.connection).toEqual({ caFile: PEM, certFile: PEM, keyFile: PEM });
  });

  it.each(['verify: false', 'verify: "False"', 'verify: no', 'insecure: true', 'insecure: "yes"', 'insecure: 1'])(
    'are not checked for %s',
    async (line) => {
      home.write('work/clouds.yaml', `clouds:\n${entry('lab', `    ${line}\n`)}`);
      expect((await home.resolve({})).account.connection).toEqual({ insecure: true });
    },
  );

  it.each(['verify: true', 'insecure: false', 'insecure: "off"', 'verify: yes'])('are checked for %s', async (line) => {
    home.write('work/clouds.yaml', `clouds:\n${entry('lab', `    ${line}\n`)}`);
    const { account, warnings } = await home.resolve({});
    expect(account.connection).toEqual({});
    expect(warnings).toEqual([]);
  });

  it('are not checked for --insecure or OS_INSECURE, whatever the entry says', async () => {
    home.write('work/clouds.yaml', `clouds:\n${entry('lab', '    verify: true\n')}`);
    const byOption = await home.resolve({}, { insecure: true });
    expect(byOption.account.connection).toEqual({ insecure: true });
    const byVariable = await home.resolve({ OS_CLOUD: 'lab', OS_INSECURE: 'True' });
    expect(byVariable.account.connection).toEqual({ insecure: true });
  });

  it('are checked again for OS_INSECURE=false over an insecure entry', async () => {
    home.write('work/clouds.yaml', `clouds:\n${entry('lab', '    insecure: true\n')}`);
    expect((await home.resolve({ OS_CLOUD: 'lab', OS_INSECURE: 'false' })).account.connection).toEqual({});
  });

  it('are not checked although there is a CA file when that is switched off, as in openstacksdk', async () => {
    home.write('work/ca.pem', '');
    const { account, warnings } = await home.resolve({ ...openrc, OS_CACERT: 'ca.pem', OS_INSECURE: '1' });
    expect(account.connection).toEqual({ insecure: true });
    expect(warnings).toEqual(['OS_CACERT is not used, because TLS certificates are not verified (OS_INSECURE).']);
  });

  it('are not left unchecked by a word that is neither yes nor no', async () => {
    expect(await complaint(home.resolve({ ...openrc, OS_INSECURE: 'maybe' }))).toContain(
      'OS_INSECURE must be true or false.',
    );
  });
});

describe('endpoints', () => {
  it.each([
    ['publicURL', 'public'],
    ['internal', 'internal'],
    ['ADMIN', 'admin'],
  ])('of the interface %s are %s', async (written, expected) => {
    expect((await home.resolve({ ...openrc, OS_INTERFACE: written })).account.interface).toBe(expected);
    expect((await home.resolve({ ...openrc, OS_ENDPOINT_TYPE: written })).account.interface).toBe(expected);
  });

  it('are of the first interface of a list', async () => {
    home.write('work/clouds.yaml', `clouds:\n${entry('lab', '    interface: [internal, public]\n')}`);
    expect((await home.resolve({})).account.interface).toBe('internal');
  });

  it('of another interface do not exist', async () => {
    expect(await complaint(home.resolve({ ...openrc, OS_INTERFACE: 'private' }))).toContain(
      'OS_INTERFACE must be public, internal or admin, not private.',
    );
  });

  it('can be replaced per service, in either spelling, with values of the entry in them', async () => {
    home.write(
      'work/clouds.yaml',
      `clouds:\n${entry('lab', '    region_name: east\n    block_storage_endpoint_override: "https://{region_name}.example/v3/"\n    key-manager-endpoint-override: https://keys.example\n')}`,
    );
    const { account } = await home.resolve({ OS_CLOUD: 'lab', OS_IMAGE_ENDPOINT_OVERRIDE: 'http://images.example' });
    expect(account.endpointOverrides).toEqual({
      'block-storage': 'https://east.example/v3',
      'key-manager': 'https://keys.example',
      image: 'http://images.example',
    });
  });

  it('cannot be replaced by what is no URL', async () => {
    expect(await complaint(home.resolve({ ...openrc, OS_IMAGE_ENDPOINT_OVERRIDE: 'images' }))).toContain(
      'OS_IMAGE_ENDPOINT_OVERRIDE is not an http: or https: URL.',
    );
  });

  it('are of one region only', async () => {
    expect((await home.resolve({ ...openrc, OS_REGION_NAME: 'north' })).account.region).toBe('north');
    home.write('work/clouds.yaml', `clouds:\n${entry('lab', '    cacert: [a, b]\n')}`);
    expect(await complaint(home.resolve({}))).toContain('must be one value, not a list.');
  });
});
