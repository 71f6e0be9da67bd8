/** The address of a cache, as a URL says it. */
import { ConfigError } from '../../errors.ts';

export type ServerPlace =
  | { readonly host: string; readonly port: number }
  /** A socket in the file system. */
  | { readonly path: string };

export interface MemcachedAddress {
  readonly kind: 'memcached';
  readonly servers: readonly ServerPlace[];
}

export interface RedisAddress {
  readonly kind: 'redis';
  readonly server: ServerPlace;
  readonly tls: boolean;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly database: number;
}

const HINT =
  'Use memcached://HOST:PORT[,HOST:PORT…], redis://[USER:PASSWORD@]HOST:PORT[/DB] (valkey:// is the same, rediss:// and ' +
  'valkeys:// are over TLS), or the path of a socket: memcached:///PATH, redis:///PATH[?db=DB].';
const URL_PARTS = /^([a-z][a-z0-9+.-]*):\/\/(?:([^@]*)@)?([^/?#@]*)(\/[^?#]*)?(\?[^#]*)?$/i;
const HOST_AND_PORT = /^(?:\[([0-9a-f:.]+)\]|([^[\]:\s]+))(?::(\d{1,5}))?$/i;
const MEMCACHED_PORT = 11_211;
const REDIS_PORT = 6379;

/** @throws ConfigError that says what is wrong with it, and never tells a password */
export function parseCacheUrl(url: string): MemcachedAddress | RedisAddress {
  const [, scheme, credentials, authority = '', path = '', query = ''] = URL_PARTS.exec(url.trim()) ?? [];
  if (scheme === undefined) throw wrong('is not of the form SCHEME://HOST:PORT');
  switch (scheme.toLowerCase()) {
    case 'memcached':
      if (credentials !== undefined) throw wrong('has a user or password, which memcached does not know');
      if (query !== '') throw wrong('has options after a ?, and there are none for memcached');
      return memcachedAddress(authority, path);
    case 'redis':
    case 'valkey':
      return redisAddress(false, credentials, authority, path, query);
    case 'rediss':
    case 'valkeys':
      return redisAddress(true, credentials, authority, path, query);
    default:
      throw wrong(`begins with ${scheme}://, and there is no cache of that kind`);
  }
}

/** A server as messages name it. */
export function placeText(place: ServerPlace): string {
  if ('path' in place) return place.path;
  return `${place.host.includes(':') ? `[${place.host}]` : place.host}:${place.port}`;
}

function memcachedAddress(authority: string, path: string): MemcachedAddress {
  if (authority === '') return { kind: 'memcached', servers: [socketAt(path)] };
  if (path !== '' && path !== '/') throw wrong('has a path after its servers');
  const servers = authority.split(',').map((each) => hostAndPort(each, MEMCACHED_PORT));
  const names = servers.map(placeText);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw wrong(`names the server ${twice} twice`);
  return { kind: 'memcached', servers };
}

function redisAddress(
  tls: boolean,
  credentials: string | undefined,
  authority: string,
  path: string,
  query: string,
): RedisAddress {
  const options = new URLSearchParams(query);
  for (const name of options.keys())
    if (name !== 'db') throw wrong('has an option that is not known (there is db alone)');
  if (authority.includes(',')) throw wrong('names several servers, which is for memcached only');
  const isSocket = authority === '';
  if (isSocket && tls) throw wrong('asks for TLS on a socket in the file system');
  const inPath = isSocket ? '' : path.slice(1);
  if (inPath !== '' && options.has('db')) throw wrong('names the database twice');
  return {
    kind: 'redis',
    server: isSocket ? socketAt(path) : hostAndPort(authority, REDIS_PORT),
    tls,
    ...userAndPassword(credentials),
    database: databaseOf(options.get('db') ?? inPath),
  };
}

function socketAt(path: string): ServerPlace {
  if (path.length < 2) throw wrong('names no server');
  return { path: decoded(path) };
}

function hostAndPort(text: string, otherwise: number): ServerPlace {
  const [, address, name, port] = HOST_AND_PORT.exec(text) ?? [];
  const host = address ?? name;
  if (host === undefined) throw wrong('has a server that is not HOST:PORT');
  const number = port === undefined ? otherwise : Number(port);
  if (number < 1 || number > 65_535) throw wrong('has a port that does not exist');
  return { host, port: number };
}

function userAndPassword(credentials: string | undefined): { username?: string; password?: string } {
  if (credentials === undefined || credentials === '') return {};
  const colon = credentials.indexOf(':');
  if (colon === -1) throw wrong('has a user without a password before the @ (a password alone is :PASSWORD@)');
  const username = decoded(credentials.slice(0, colon));
  return { ...(username !== '' && { username }), password: decoded(credentials.slice(colon + 1)) };
}

function databaseOf(text: string): number {
  if (!/^\d{0,4}$/.test(text)) throw wrong('has a database that is not a number');
  return Number(text);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw wrong('has a % that is not followed by two hexadecimal digits');
  }
}

function wrong(what: string): ConfigError {
  // What is said has no part of the URL in it: where the @ is missing, a password stands in another's place.
  return new ConfigError(`The URL of the shared memory ${what}.`, { hint: HINT });
}
