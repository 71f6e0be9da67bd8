import { existsSync } from 'node:fs';
import type { ConnectionOptions, connect, SecureContextOptions } from 'node:tls';
import { ConfigError } from '../errors.ts';
import { type ConnectionProfile, isPem } from '../ports/http.ts';

/** What a connection needs to make TLS of it. */
export interface TlsSettings {
  readonly connect: typeof connect;
  readonly options: ConnectionOptions;
}

const CA = { what: 'CA', option: 'OS_CACERT, --os-cacert, cacert: in clouds.yaml or REQUESTS_CA_BUNDLE' };
const CERT = { what: 'client certificate', option: 'OS_CERT, --os-cert or cert: in clouds.yaml' };
const KEY = { what: 'client key', option: 'OS_KEY, --os-key or key: in clouds.yaml' };
type Kind = typeof CA;

/**
 * Read the files of a profile and make a TLS context of them. As `openstack` does it (requests' `verify` and `cert`),
 * a CA file stands in place of the trusted authorities, not beside them, and a certificate's file can hold its key,
 * too.
 *
 * @throws ConfigError for a file that cannot be read or is not what it should be
 */
export async function loadTrust(profile: ConnectionProfile): Promise<TlsSettings> {
  const [tls, ca, cert, key] = await Promise.all([
    import('node:tls'),
    authorities(profile.caFile),
    pem(profile.certFile, CERT, CERTIFICATE),
    pem(
      profile.keyFile ?? profile.certFile,
      profile.keyFile === undefined ? CERT : KEY,
      /-----BEGIN .*PRIVATE KEY-----/,
    ),
  ]);
  const context: SecureContextOptions = {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert, key }),
  };
  try {
    return {
      connect: tls.connect,
      options: {
        secureContext: tls.createSecureContext(context),
        rejectUnauthorized: profile.insecure !== true,
        ALPNProtocols: ['http/1.1'],
      },
    };
  } catch (cause) {
    const { certFile = '' } = profile;
    throw new ConfigError(`The client certificate${shown(certFile)} cannot be used with its key${why(cause)}.`, {
      cause,
      ...fileOf(certFile),
      hint: 'The key must belong to the certificate, be in PEM format and have no passphrase.',
    });
  }
}

const CERTIFICATE = /-----BEGIN (X509 |TRUSTED )?CERTIFICATE-----/;

/** A folder of CAs is read as OpenSSL reads it: what `openssl rehash` (c_rehash) has given a hash for a name. */
async function authorities(path: string | undefined): Promise<string | string[] | undefined> {
  if (path === undefined) return undefined;
  if (isPem(path)) return pem(path, CA, CERTIFICATE);
  const { readdir } = await import('node:fs/promises');
  // What is no folder, or cannot be read, is looked at as a file, which says why.
  const names = await readdir(path).catch(() => undefined);
  if (names === undefined) return pem(path, CA, CERTIFICATE);
  const hashed = names.filter((name) => /^[0-9a-f]{8}\.\d+$/.test(name));
  const texts = await Promise.all(hashed.map((name) => pem(`${path}/${name}`, CA, CERTIFICATE)));
  if (hashed.length > 0) return texts.filter((text) => text !== undefined);
  throw new ConfigError(`The CA folder ${path} has no certificate under a hashed name, such as 5ed36f99.0.`, {
    file: path,
    hint: `openssl rehash ${path} makes them. It is named by ${CA.option}.`,
  });
}

/** @param file or what would be in it */
async function pem(file: string | undefined, kind: Kind, mark: RegExp): Promise<string | undefined> {
  if (file === undefined) return undefined;
  const text = isPem(file) ? file : await contentOf(file, kind);
  if (mark.test(text)) return text;
  const missing = mark.source.includes('PRIVATE') ? 'private key' : 'certificate';
  throw new ConfigError(`There is no ${missing} in PEM format in the ${kind.what} file${shown(file)}.`, {
    ...fileOf(file),
    hint: `It is named by ${kind.option}.`,
  });
}

async function contentOf(file: string, kind: Kind): Promise<string> {
  const { readFile } = await import('node:fs/promises');
  return readFile(file, 'latin1').catch((cause: unknown) => {
    throw new ConfigError(`The ${kind.what} file${shown(file)} cannot be read${why(cause)}.`, {
      ...fileOf(file),
      hint: `It is named by ${kind.option}.`,
    });
  });
}

/** A path for messages. What is none may be a key: it is not shown. */
function shown(file: string): string {
  return isPath(file) ? ` ${file}` : '';
}

function fileOf(file: string): { file?: string } {
  return isPath(file) ? { file } : {};
}

function isPath(file: string): boolean {
  return !isPem(file) && existsSync(file);
}

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a directory',
  ERR_OSSL_X509_KEY_VALUES_MISMATCH: 'the key belongs to another certificate',
};

function why(cause: unknown): string {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
  return code === '' ? '' : `: ${WORDS[code] ?? code}`;
}
