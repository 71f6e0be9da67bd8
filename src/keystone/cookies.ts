import { type HeaderPairs, headerValues } from '../ports/http.ts';

/** A cookie and where it may go (RFC 6265). */
interface Cookie {
  readonly name: string;
  readonly value: string;
  /** Without a leading dot. */
  readonly domain: string;
  /** Only to that very host: no Domain attribute was given. */
  readonly hostOnly: boolean;
  readonly path: string;
  readonly secure: boolean;
}

/**
 * The cookies of one exchange. There is a new jar for each: a session that is left from somebody else's exchange
 * would give that person's token (peers.md (c): shown at Shibboleth and at mellon).
 */
export class CookieJar {
  readonly #cookies = new Map<string, Cookie>();

  /** Take what an answer sets. @param now milliseconds since the epoch, for `Expires` */
  take(headers: HeaderPairs, url: string, now: number): void {
    const from = new URL(url);
    for (const line of headerValues(headers, 'set-cookie')) {
      const parsed = parseSetCookie(line, from, now);
      if (parsed === undefined) continue;
      const key = JSON.stringify([parsed.cookie.name, parsed.cookie.domain, parsed.cookie.path]);
      if (parsed.expired) this.#cookies.delete(key);
      else this.#cookies.set(key, parsed.cookie);
    }
  }

  get size(): number {
    return this.#cookies.size;
  }

  /** Values that may be a session, and must not be shown. Shorter ones are settings, and words like any other. */
  get secrets(): string[] {
    return [...this.#cookies.values()].map(({ value }) => value).filter((value) => value.length >= 8);
  }

  /** The `Cookie` header for a URL; undefined if no cookie may go there. */
  headerFor(url: string): string | undefined {
    const pairs = [...this.#cookies.values()]
      .filter((cookie) => whyNot(cookie, new URL(url)) === undefined)
      .map(({ name, value }) => `${name}=${value}`);
    return pairs.length === 0 ? undefined : pairs.join('; ');
  }

  /** Why a cookie may not go to a URL, for the first one that may not. */
  obstacleFor(url: string): string | undefined {
    for (const cookie of this.#cookies.values()) {
      const why = whyNot(cookie, new URL(url));
      if (why !== undefined) return `the cookie ${cookie.name} ${why}`;
    }
    return undefined;
  }
}

function whyNot(cookie: Cookie, to: URL): string | undefined {
  const host = hostOf(to);
  const sameHost = host === cookie.domain || (!cookie.hostOnly && host.endsWith(`.${cookie.domain}`));
  if (!sameHost) return `is for ${cookie.domain}, not for ${host}`;
  if (cookie.secure && to.protocol !== 'https:') return `is for https only, and ${to.origin} is not`;
  if (!isUnder(to.pathname, cookie.path)) return `is for the path ${cookie.path} only`;
  return undefined;
}

function isUnder(path: string, base: string): boolean {
  return path === base || path.startsWith(base.endsWith('/') ? base : `${base}/`);
}

function hostOf(url: URL): string {
  return url.hostname.toLowerCase();
}

function parseSetCookie(line: string, from: URL, now: number): { cookie: Cookie; expired: boolean } | undefined {
  const [pair = '', ...rest] = line.split(';');
  const equals = pair.indexOf('=');
  const name = pair.slice(0, Math.max(0, equals)).trim();
  const value = pair.slice(equals + 1).trim();
  if (equals === -1 || name === '' || !/^[\x20-\x7e]*$/.test(name + value)) return undefined;
  const attributes = new Map(rest.map(attributeOf));
  const host = hostOf(from);
  const domain = (attributes.get('domain') ?? '').replace(/^\./, '').toLowerCase();
  // A host may set cookies for itself and for what it is a part of, but not for a whole top-level domain.
  if (domain !== '' && domain !== host && !(host.endsWith(`.${domain}`) && domain.includes('.') && !isAddress(host))) {
    return undefined;
  }
  const path = attributes.get('path') ?? '';
  const cookie: Cookie = {
    name,
    value,
    domain: domain || host,
    hostOnly: domain === '' || isAddress(host),
    path: path.startsWith('/') ? path : from.pathname.replace(/\/[^/]*$/, '') || '/',
    secure: attributes.has('secure'),
  };
  return { cookie, expired: isExpired(attributes, now) };
}

function attributeOf(text: string): [name: string, value: string] {
  const equals = text.indexOf('=');
  return equals === -1
    ? [text.trim().toLowerCase(), '']
    : [text.slice(0, equals).trim().toLowerCase(), text.slice(equals + 1).trim()];
}

function isAddress(host: string): boolean {
  return /^[\d.]+$/.test(host) || host.startsWith('[');
}

/** `Max-Age` counts before `Expires`. A date that cannot be read is as if it were not there. */
function isExpired(attributes: ReadonlyMap<string, string>, now: number): boolean {
  const maxAge = attributes.get('max-age');
  if (maxAge !== undefined && /^-?\d+$/.test(maxAge)) return Number(maxAge) <= 0;
  const expires = Date.parse(attributes.get('expires') ?? '');
  return expires <= now;
}
