import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/errors.ts';
import type { ConnectionProfile } from '../../src/ports/http.ts';
import { type Certificate, type Certificates, makeCertificates } from '../support/certificates.ts';
import { json, startServer, status, type TestServer, type TestServerOptions } from '../support/server.ts';
import { bytesOf, ENGINES, failure, type Harness, harness } from './support.ts';

const HERE = 'IP:127.0.0.1,DNS:localhost';

describe.each(ENGINES)('TLS, by %s', (name, make) => {
  let pki: Certificates;
  let good: Certificate;
  let sender: Harness;
  let server: TestServer;
  /** What the last connection said: the server name it asked for, and who its client is. */
  let seen: { servername: unknown; client: string | undefined };

  beforeAll(() => {
    pki = makeCertificates();
    good = pki.issue(HERE);
  });

  afterAll(() => pki.remove());

  beforeEach(async () => {
    sender = harness(await make());
  });

  afterEach(async () => {
    await sender.close();
    await server?.close();
  });

  async function serve(certificate: Certificate, more: TestServerOptions['tls'] = {}): Promise<string> {
    server = await startServer(
      (request, response, recorded) => {
        const socket = request.socket as TLSSocket & { servername?: unknown };
        const { subject } = socket.getPeerCertificate();
        seen = { servername: socket.servername, client: subject === undefined ? undefined : String(subject.CN) };
        return json({ ok: true })(request, response, recorded);
      },
      { tls: { cert: certificate.cert, key: certificate.key, ...more } },
    );
    return server.origin;
  }

  async function get(url: string, connection: ConnectionProfile): Promise<string> {
    return (await bytesOf((await sender.call(url, { connection })).body)).toString();
  }

  it('trusts what the CA file of the profile signed', async () => {
    const origin = await serve(good);
    expect(await get(origin, { caFile: pki.caFile })).toBe('{"ok":true}');
  });

  it('trusts what a folder of CAs has, as OpenSSL reads it: by hashed names', async () => {
    const origin = await serve(good);
    const folder = mkdtempSync(join(tmpdir(), 'fed-ca-'));
    try {
      copyFileSync(pki.caFile, join(folder, 'ca.pem'));
      expect(await failure(sender.call(origin, { connection: { caFile: folder } }))).toMatchObject({
        message: `The CA folder ${folder} has no certificate under a hashed name, such as 5ed36f99.0.`,
        hint: expect.stringContaining('openssl rehash'),
      });
      copyFileSync(pki.caFile, join(folder, '5ed36f99.0'));
      expect(await get(origin, { caFile: folder })).toBe('{"ok":true}');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('asks for a server by its name, and by none when it has only an address', async () => {
    const origin = await serve(good);
    await get(origin, { caFile: pki.caFile });
    expect(seen.servername).toBe(false);
    await get(origin.replace('127.0.0.1', 'localhost'), { caFile: pki.caFile });
    expect(seen.servername).toBe('localhost');
  });

  it('does not take an unknown CA, and says where to name it', async () => {
    const origin = await serve(good);
    expect(await failure(sender.call(origin))).toMatchObject({
      reason: 'tls',
      message: `the certificate of 127.0.0.1:${server.port} is not trusted: its CA is not known here`,
      hint: expect.stringContaining('OS_CACERT'),
    });
    expect(server.requests).toHaveLength(0);
  });

  it('trusts nothing but the CA file, as openstack does', async () => {
    const other = makeCertificates();
    const origin = await serve(good);
    expect(await failure(sender.call(origin, { connection: { caFile: other.caFile } }))).toMatchObject({
      reason: 'tls',
    });
    other.remove();
  });

  it('does not take a self-signed certificate, unless that is the CA file', async () => {
    const own = pki.selfSigned(HERE);
    const origin = await serve(own);
    expect(await failure(sender.call(origin))).toMatchObject({
      reason: 'tls',
      message: expect.stringContaining('it is self-signed'),
      hint: expect.stringContaining('cacert:'),
    });
    expect(await get(origin, { caFile: own.certFile })).toBe('{"ok":true}');
  });

  it('does not take an expired certificate', async () => {
    const origin = await serve(pki.issue(HERE, ['20200101000000Z', '20200201000000Z']));
    expect(await failure(sender.call(origin, { connection: { caFile: pki.caFile } }))).toMatchObject({
      reason: 'tls',
      message: `the certificate of 127.0.0.1:${server.port} has expired`,
      hint: expect.stringContaining('clock'),
    });
  });

  it('does not take a certificate for another host', async () => {
    const origin = await serve(pki.issue('DNS:other.example'));
    expect(await failure(sender.call(origin, { connection: { caFile: pki.caFile } }))).toMatchObject({
      reason: 'tls',
      message: `the certificate of 127.0.0.1:${server.port} is for other names than 127.0.0.1`,
    });
  });

  it('takes any certificate when verification is switched off, for that profile only', async () => {
    const origin = await serve(pki.issue('DNS:other.example'));
    expect(await get(origin, { insecure: true })).toBe('{"ok":true}');
    expect(await failure(sender.call(origin))).toMatchObject({ reason: 'tls' });
  });

  it('shows its own certificate where the server asks for one', async () => {
    const client = pki.issue('DNS:alice');
    const origin = await serve(good, { ca: readFileSync(pki.caFile), requestCert: true, rejectUnauthorized: true });
    const connection = { caFile: pki.caFile, certFile: client.certFile, keyFile: client.keyFile };
    expect(await get(origin, connection)).toBe('{"ok":true}');
    expect(seen.client).toMatch(/^issued-/);

    const both = join(pki.directory, 'both.pem');
    writeFileSync(both, Buffer.concat([client.key, client.cert]));
    expect(await get(origin, { caFile: pki.caFile, certFile: both })).toBe('{"ok":true}');

    // TLS 1.3 refuses after the handshake, and undici sees only that the connection ends.
    const without = await failure(get(origin, { caFile: pki.caFile }));
    if (name === 'undici') expect(without).toMatchObject({ reason: expect.stringMatching(/^(tls|reset)$/) });
    else expect(without).toMatchObject({ reason: 'tls', hint: expect.stringContaining('OS_CERT') });
  });

  it('says that a server does not speak TLS', async () => {
    server = await startServer(status(200));
    expect(await failure(sender.call(server.origin.replace('http:', 'https:')))).toMatchObject({
      reason: 'tls',
      message: `127.0.0.1:${server.port} does not speak TLS`,
      hint: expect.stringContaining('http://'),
    });
  });

  it('says that a server wants TLS', async () => {
    const origin = await serve(good);
    const error = await failure(sender.call(origin.replace('https:', 'http:')));
    expect(error).toMatchObject({ reason: expect.stringMatching(/^(protocol|reset)$/) });
  });

  it.each([
    ['a CA file that does not exist', { caFile: '/no/such/ca.pem' }, undefined, 'no such file', 'OS_CACERT'],
    ['a certificate file that is a folder', { certFile: '/tmp' }, '/tmp', 'it is a directory', 'OS_CERT'],
    ['a key file that does not exist', { keyFile: '/no/such/key.pem' }, undefined, 'no such file', 'OS_KEY'],
  ])('refuses %s', async (_what, connection, file, message, option) => {
    const error = await failure(sender.call('https://127.0.0.1:9/', { connection }));
    expect(error).toBeInstanceOf(ConfigError);
    expect(error).toMatchObject({
      file,
      message: expect.stringContaining(message),
      hint: expect.stringContaining(option),
    });
    expect(String(error)).not.toContain('/no/such');
  });

  it('takes texts in PEM format in place of files, and shows none of them', async () => {
    const [ca, cert, key] = [pki.caFile, good.certFile, good.keyFile].map((file) => readFileSync(file, 'utf8'));
    const origin = await serve(good);
    const connection = { caFile: ca ?? '', certFile: cert ?? '', keyFile: key ?? '' };
    expect((await sender.call(origin, { connection })).status).toBe(200);
    const wrong = { caFile: key ?? '' };
    const error = (await failure(sender.call('https://127.0.0.1:9/', { connection: wrong }))) as ConfigError;
    expect(error).toMatchObject({ message: 'There is no certificate in PEM format in the CA file.', file: undefined });
  });

  it('refuses files that are not what they should be', async () => {
    const nonsense = join(pki.directory, 'nonsense.pem');
    writeFileSync(nonsense, 'nonsense');
    const other = pki.issue(HERE);
    const refused = async (connection: ConnectionProfile): Promise<unknown> =>
      failure(sender.call('https://127.0.0.1:9/', { connection }));
    expect(await refused({ caFile: nonsense })).toMatchObject({
      message: expect.stringContaining('no certificate in PEM'),
    });
    expect(await refused({ certFile: good.certFile })).toMatchObject({
      message: expect.stringContaining('no private key in PEM'),
    });
    const mixed = await refused({ certFile: good.certFile, keyFile: other.keyFile });
    expect(mixed).toBeInstanceOf(ConfigError);
    expect(mixed).toMatchObject({ message: expect.stringContaining('the key belongs to another certificate') });
  });

  it('reads no file for a connection without TLS', async () => {
    server = await startServer(status(204));
    expect((await sender.call(server.origin, { connection: { caFile: '/no/such/ca.pem' } })).status).toBe(204);
  });

  it('takes a repaired file without being started anew', async () => {
    const origin = await serve(good);
    const caFile = join(pki.directory, `late-${name.replace(':', '')}.pem`);
    expect(await failure(sender.call(origin, { connection: { caFile } }))).toBeInstanceOf(ConfigError);
    writeFileSync(caFile, readFileSync(pki.caFile));
    expect(await get(origin, { caFile })).toBe('{"ok":true}');
  });
});
