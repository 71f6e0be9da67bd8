import { BlockList, isIP, isIPv6 } from 'node:net';
import { ConfigError } from '../errors.ts';

/** An HTTP proxy that the environment names. */
export interface HttpProxy {
  readonly hostname: string;
  readonly port: number;
  /** Host and port, for messages. */
  readonly peer: string;
  /** The value of `Proxy-Authorization`, when the variable contains credentials. */
  readonly authorization: string | undefined;
}

interface Target {
  readonly secure: boolean;
  readonly hostname: string;
  readonly port: number;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy that `https_proxy`, `http_proxy` or `all_proxy` name for a host, as requests (and so `openstack`) and curl
 * understand them: lower case first, `no_proxy` with host names, their subdomains, addresses, networks and `*`. This
 * machine itself is never asked for through a proxy.
 *
 * @throws ConfigError for a variable that does not name an HTTP proxy
 */
export function proxyFor(target: Target, env: Environment): HttpProxy | undefined {
  const names = [target.secure ? 'https_proxy' : 'http_proxy', 'all_proxy'];
  // An empty one in lower case says that there is none, whatever the one in upper case says.
  const spelt = names.map((lower) => (env[lower] === undefined ? lower.toUpperCase() : lower));
  const name = spelt.find((one) => (env[one] ?? '') !== '');
  if (name === undefined || isLoopback(target.hostname)) return undefined;
  if (isExcepted(target, env.no_proxy ?? env.NO_PROXY ?? '')) return undefined;
  return proxyNamed(name, env[name] ?? '');
}

/** Hosts are few; this many are remembered. */
const REMEMBERED = 1000;

/** The same, without reading the environment for each request to a host. It is read anew for each other host. */
export function rememberedProxies(env: Environment): (target: Target) => HttpProxy | undefined {
  const known = new Map<string, HttpProxy | undefined>();
  return (target) => {
    const key = `${target.secure} ${target.hostname} ${target.port}`;
    if (known.has(key)) return known.get(key);
    const proxy = proxyFor(target, env);
    if (known.size >= REMEMBERED) known.clear();
    known.set(key, proxy);
    return proxy;
  };
}

function proxyNamed(variable: string, value: string): HttpProxy {
  const written = value.includes('://') ? value : `http://${value}`;
  const url = URL.canParse(written) ? new URL(written) : undefined;
  if (url === undefined || url.protocol !== 'http:' || url.hostname === '') {
    throw new ConfigError(`The variable ${variable} does not name an HTTP proxy.`, {
      hint: 'It is a URL like http://proxy.example:3128. Other kinds of proxies are not supported.',
    });
  }
  const port = url.port === '' ? 80 : Number(url.port);
  const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return {
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port,
    peer: `${url.hostname}:${port}`,
    authorization: credentials === ':' ? undefined : `Basic ${Buffer.from(credentials).toString('base64')}`,
  };
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '::1' || (isIP(hostname) === 4 && hostname.startsWith('127.'));
}

function isExcepted({ hostname, port }: Target, exceptions: string): boolean {
  return exceptions
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((exception) => exception !== '')
    .some((exception) => {
      if (exception === '*') return true;
      if (exception.includes('/')) return isWithin(hostname, exception);
      const bare = exception.replace(/^\*?\./, '').replace(/^\[(.*)\]/, '$1');
      return [hostname, `${hostname}:${port}`].some((host) => host === bare || host.endsWith(`.${bare}`));
    });
}

function isWithin(hostname: string, network: string): boolean {
  const [, address = '', prefix = ''] = /^(.*)\/(\d+)$/.exec(network) ?? [];
  if (isIP(address) === 0 || isIP(address) !== isIP(hostname)) return false;
  const family = isIPv6(address) ? 'ipv6' : 'ipv4';
  if (Number(prefix) > (family === 'ipv6' ? 128 : 32)) return false;
  const list = new BlockList();
  list.addSubnet(address, Number(prefix), family);
  return list.check(hostname, family);
}
