import { isRecord } from './record.ts';

type Raw = Readonly<Record<string, unknown>>;

/** Versions, in whatever service's name. */
const VERSION = /_(api_version|default_microversion|min_version|max_version)$/;

/** A key with one of these words in it says who somebody is, where something is, or how to get there. */
const elsewhere: ReadonlySet<string> = new Set([
  ...['auth', 'token', 'user', 'username', 'password', 'passcode', 'credential', 'trust', 'scope', 'secret', 'access'],
  ...['project', 'tenant', 'domain', 'provider', 'protocol', 'profile', 'cloud', 'client', 'region', 'regions'],
  ...['endpoint', 'url', 'interface', 'host', 'proxy', 'cacert', 'cert', 'key', 'verify', 'insecure'],
]);

function isClientKey(spelling: string): boolean {
  const key = spelling.replaceAll('-', '_').toLowerCase();
  if (key === 'identity_api_version') return false;
  return VERSION.test(key) || !key.split('_').some((word) => elsewhere.has(word));
}

/** What an entry of clouds.yaml says to clients, and not of the cloud: versions, networks to prefer, timeouts. */
export function clientKeys(entry: Raw): Raw {
  return Object.fromEntries(Object.entries(entry).filter(([key, value]) => isClientKey(key) && value !== null));
}

/** Whether a variable is such a key: programs take every `OS_*` for one. */
export function isClientVariable(name: string): boolean {
  return name.startsWith('OS_') && !/^OS_(TEST|STD|LOG)/.test(name) && isClientKey(name.slice('OS_'.length));
}

/** The same as variables: what is no list and has nothing below it. */
export function clientVariables(entry: Raw): Record<string, string> {
  const plain = Object.entries(clientKeys(entry)).filter(([, value]) => !Array.isArray(value) && !isRecord(value));
  return Object.fromEntries(
    plain.map(([key, value]) => [`OS_${key.replaceAll('-', '_').toUpperCase()}`, String(value)]),
  );
}
