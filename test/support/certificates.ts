import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Files in PEM format. */
export interface Certificate {
  readonly certFile: string;
  readonly keyFile: string;
  readonly cert: Buffer;
  readonly key: Buffer;
}

export interface Certificates {
  readonly directory: string;
  /** The CA's own certificate. */
  readonly caFile: string;
  /**
   * Sign a certificate.
   *
   * @param names as OpenSSL's subjectAltName spells them: `IP:127.0.0.1,DNS:localhost`
   * @param period `[start, end]` as `YYYYMMDDHHMMSSZ`; one day from now by default
   */
  readonly issue: (names: string, period?: readonly [string, string]) => Certificate;
  /** A certificate that is its own CA. */
  readonly selfSigned: (names: string) => Certificate;
  readonly remove: () => void;
}

/** A throw-away private CA, made with the `openssl` command in a folder of its own. */
export function makeCertificates(): Certificates {
  const directory = mkdtempSync(join(tmpdir(), 'fed-ca-'));
  const at = (name: string): string => join(directory, name);
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { cwd: directory, stdio: 'pipe' });
  };
  const newKey = (name: string): string[] => [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-keyout',
    at(`${name}.key`),
  ];
  const read = (name: string): Certificate => ({
    certFile: at(`${name}.pem`),
    keyFile: at(`${name}.key`),
    cert: readFileSync(at(`${name}.pem`)),
    key: readFileSync(at(`${name}.key`)),
  });
  let count = 0;

  writeFileSync(at('index.txt'), '');
  writeFileSync(
    at('ca.cnf'),
    `[ca]\ndefault_ca = own\n[own]\ndatabase = ${at('index.txt')}\nnew_certs_dir = ${directory}\ndefault_md = sha256\n` +
      `policy = any\nunique_subject = no\ndefault_days = 1\nrand_serial = yes\ncopy_extensions = copy\n[any]\ncommonName = supplied\n`,
  );
  openssl('req', '-x509', ...newKey('ca'), '-out', at('ca.pem'), '-days', '1', '-subj', '/CN=test CA');

  return {
    directory,
    caFile: at('ca.pem'),
    issue(names, period) {
      const name = `issued-${++count}`;
      const dates = period === undefined ? [] : ['-startdate', period[0], '-enddate', period[1]];
      openssl(
        'req',
        '-new',
        ...newKey(name),
        '-out',
        at(`${name}.csr`),
        '-subj',
        `/CN=${name}`,
        '-addext',
        `subjectAltName=${names}`,
      );
      openssl(
        'ca',
        '-batch',
        '-notext',
        '-config',
        at('ca.cnf'),
        '-cert',
        at('ca.pem'),
        '-keyfile',
        at('ca.key'),
        '-in',
        at(`${name}.csr`),
        '-out',
        at(`${name}.pem`),
        ...dates,
      );
      return read(name);
    },
    selfSigned(names) {
      const name = `self-${++count}`;
      openssl(
        'req',
        '-x509',
        ...newKey(name),
        '-out',
        at(`${name}.pem`),
        '-days',
        '1',
        '-subj',
        `/CN=${name}`,
        '-addext',
        `subjectAltName=${names}`,
      );
      return read(name);
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
