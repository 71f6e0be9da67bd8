import { BlockList, isIP, isIPv6 } from 'node:net';
import { CatalogError } from '../errors.ts';
import type { Keystone } from '../ports/endpoint-guard.ts';
import { addressesOf } from './reached.ts';

export interface JudgeOptions {
  /** The only hosts that catalogs may name: names, domains with a leading dot, addresses. Empty: any. */
  readonly hosts: readonly string[];
  /** Told of what is out of bounds, where fed goes all the same. Absent: it is refused. */
  readonly warn: ((message: string) => void) | undefined;
  /** The addresses of a host. */
  readonly resolve?: (hostname: string) => Promise<readonly string[]>;
}

/** A host that a provider's catalog has for a service, and the addresses that it has. */
export interface Judged {
  readonly provider: string;
  readonly service: string;
  readonly hostname: string;
  /** Empty where a proxy on the way looks the host up. */
  readonly found: readonly string[];
  readonly keystones: readonly Keystone[];
}

/** Gives the addresses that may be connected to. @throws CatalogError where none may */
export type Judge = (judged: Judged) => Promise<readonly string[]>;

/** Where no service of a cloud is that others use. */
const SPECIAL: readonly (readonly [what: string, addresses: BlockList])[] = [
  [
    'the address of a metadata service',
    listOf(['169.254.169.254', 32], ['100.100.100.200', 32], ['fd00:ec2::254', 128]),
  ],
  ['a loopback address', listOf(['127.0.0.0', 8], ['::1', 128])],
  ['a link-local address', listOf(['169.254.0.0', 16], ['fe80::', 10])],
  ['the address of no host', listOf(['0.0.0.0', 8], ['::', 128])],
];

/** How long the addresses of other providers' Keystones are waited for, and how long they are believed. */
const OTHERS_MS = 1000;
const BELIEVED_MS = 300_000;

/**
 * A catalog is a provider's own word, and fed goes where it leads, with a token and with what comes back passed on. So
 * it leads to no loopback, link-local or metadata address, and to no host of another provider's Keystone,
 * unless that provider's own Keystone is there, too: then the user, or home, has said that clouds are there.
 *
 * Addresses are judged as the connection is made, and the connection is made to the address that was judged.
 */
export function createJudge(options: JudgeOptions): Judge {
  const { hosts, warn, resolve = addressesOf } = options;
  const known = new Map<string, { readonly addresses: Promise<readonly string[]>; readonly until: number }>();
  const heard = new Map<
    string,
    { readonly of: Promise<readonly string[]>; readonly now: Promise<readonly string[]> }
  >();
  const told = new Set<string>();

  function addresses(hostname: string): Promise<readonly string[]> {
    const now = Date.now();
    const before = known.get(hostname);
    if (before !== undefined && before.until > now) return before.addresses;
    const found = resolve(hostname).catch(() => []);
    known.set(hostname, { addresses: found, until: now + BELIEVED_MS });
    return found;
  }

  /** Whose Keystone is at an address, of those whose host can be looked up in time. */
  async function keystonesAt(others: readonly Keystone[]): Promise<ReadonlyMap<string, string>> {
    const at = new Map<string, string>();
    const each = others.map(async ({ provider, url }) => {
      for (const address of await inTime(hostOf(url))) at.set(address, provider);
    });
    await Promise.all(each);
    return at;
  }

  /** A name server that says nothing is waited for once. */
  function inTime(hostname: string): Promise<readonly string[]> {
    const found = addresses(hostname);
    const before = heard.get(hostname);
    if (before?.of === found) return before.now;
    const late = new Promise<readonly string[]>((done) => {
      setTimeout(() => done([]), OTHERS_MS).unref();
    });
    const now = Promise.race([found, late]);
    heard.set(hostname, { of: found, now });
    found.then(
      () => heard.set(hostname, { of: found, now: found }),
      () => {},
    );
    return now;
  }

  /** Why a provider's service cannot be at an address; undefined where it can. */
  async function objectionTo(address: string, own: Keystone | undefined, others: ReadonlyMap<string, string>) {
    const special = specialKind(address);
    const other = others.get(address);
    if (special === undefined && other === undefined) return undefined;
    const near = own === undefined ? [] : await addresses(hostOf(own.url));
    if (near.includes(address)) return undefined;
    if (other !== undefined) return `where ${other}'s Keystone is`;
    if (near.some((each) => specialKind(each) === special)) return undefined;
    return `which is ${special}`;
  }

  async function objections(
    hostname: string,
    found: readonly string[],
    own: Keystone | undefined,
    all: readonly Keystone[],
  ) {
    if (hosts.includes(hostname)) return [];
    if (hosts.length > 0 && !hosts.some((host) => host.startsWith('.') && hostname.endsWith(host))) {
      return found.map((address) => ({ address, why: 'which is not among the endpoint-hosts of the settings' }));
    }
    const others = all.filter(({ provider }) => provider !== own?.provider);
    const named = others.find(({ url }) => hostOf(url) === hostname);
    const at = warn === undefined ? await keystonesAt(others) : new Map<string, string>();
    const judged = found.map(async (address) => {
      const why = named === undefined ? await objectionTo(address, own, at) : `where ${named.provider}'s Keystone is`;
      return why === undefined ? [] : [{ address, why }];
    });
    return (await Promise.all(judged)).flat();
  }

  return async ({ provider, service, hostname, found, keystones }) => {
    const own = keystones.find((each) => each.provider === provider);
    if (own !== undefined && hostOf(own.url) === hostname) return found;
    const objected = await objections(hostname, found.length === 0 ? [hostname] : found, own, keystones);
    const [first] = objected;
    if (first === undefined) return found;
    const where = first.address === hostname ? hostname : `${hostname} (${first.address})`;
    const message = `${provider}: its catalog has ${service} at ${where}, ${first.why}`;
    if (warn !== undefined) {
      if (!told.has(message)) warn(`${message}. fed proxy would send nothing there.`);
      told.add(message);
      return found;
    }
    const left = found.filter((address) => !objected.some((each) => each.address === address));
    if (left.length > 0) return left;
    throw new CatalogError(`${message}. Nothing was sent there.`, {
      provider,
      service,
      hint: 'If it is right, name that host in the setting endpoint-hosts.',
    });
  };
}

function specialKind(address: string): string | undefined {
  const plain = address.replace(/%.*$/, '');
  const family = isIP(plain);
  if (family === 0) return plain === 'localhost' || plain.endsWith('.localhost') ? 'a loopback address' : undefined;
  return SPECIAL.find(([, addresses]) => addresses.check(plain, family === 6 ? 'ipv6' : 'ipv4'))?.[0];
}

function listOf(...subnets: readonly (readonly [address: string, prefix: number])[]): BlockList {
  const list = new BlockList();
  for (const [address, prefix] of subnets) list.addSubnet(address, prefix, isIPv6(address) ? 'ipv6' : 'ipv4');
  return list;
}

function hostOf(url: string): string {
  return new URL(url).hostname.replace(/^\[|\]$/g, '');
}
