import { ConfigError } from '../errors.ts';
import type { ConnectionProfile } from '../ports/http.ts';
import type { KeystoneContext } from './context.ts';
import { exchange, shownUrl } from './exchange.ts';
import { arrayIn, isObject, objectIn, parseJson, textIn } from './shape.ts';

interface At {
  /** As the user gave it: with `/v3`, with another version, or with none. */
  readonly url: string;
  readonly provider: string;
  readonly connection: ConnectionProfile;
}

/** What was discovered, for as long as its context lives: several steps of one command need the same. */
const known = new WeakMap<KeystoneContext, Map<string, Promise<string>>>();

/**
 * The Identity v3 base for an auth URL, without a trailing slash. A URL that ends in `/v3` is taken as it is, without
 * a request. Any other is asked for its versions; of their addresses only the path counts, as clouds behind a proxy
 * often give a scheme, host or port that cannot be reached from outside.
 *
 * @throws ConfigError if the URL is none, or leads to a Keystone without v3
 * @throws TransportError
 */
export async function identityBase(context: KeystoneContext, at: At): Promise<string> {
  const given = parsed(at.url);
  if (given.endsWith('/v3')) return given;
  const bases = known.get(context) ?? new Map<string, Promise<string>>();
  known.set(context, bases);
  const found = bases.get(given) ?? discover(context, at, given.replace(/\/v\d+(\.\d+)?$/, ''));
  bases.set(given, found);
  try {
    return await found;
  } catch (error) {
    // A failure is not kept: the next caller asks again.
    bases.delete(given);
    throw error;
  }
}

function parsed(text: string): string {
  if (!/^https?:\/\/[^/]/i.test(text.trim()) || !URL.canParse(text.trim())) {
    throw new ConfigError(`The auth URL "${shownUrl(text)}" is no http or https URL.`, {
      hint: 'Set OS_AUTH_URL (auth_url in clouds.yaml) to something like https://cloud.example:5000/v3',
    });
  }
  const { origin, pathname } = new URL(text.trim());
  return `${origin}${pathname}`.replace(/\/+$/, '');
}

async function discover(context: KeystoneContext, at: At, root: string): Promise<string> {
  const answer = await exchange(context, {
    method: 'GET',
    url: `${root}/`,
    headers: [['Accept', 'application/json']],
    connection: at.connection,
    purpose: { provider: at.provider, step: 'discover' },
  });
  const versions = versionsIn(parseJson(answer.text));
  // Not every Keystone lets its list of versions be seen: then v3 is where it always is.
  if ((answer.status !== 200 && answer.status !== 300) || versions.length === 0) return `${root}/v3`;
  const v3 = versions.find((version) => /^v3\b/.test(textIn(version, 'id') ?? ''));
  if (v3 === undefined) {
    const offered = versions.map((version) => textIn(version, 'id') ?? '?').join(', ');
    throw new ConfigError(`What answers at ${root} offers ${offered}, and not Identity v3.`, {
      hint: 'Set OS_AUTH_URL (auth_url in clouds.yaml) to the address of Keystone; fed needs Identity v3.',
    });
  }
  return `${root}${pathBelow(root, selfLink(v3)) ?? '/v3'}`;
}

/** Keystone's `{"versions": {"values": […]}}`, or one version's `{"version": {…}}`; other services' `{"versions": […]}`. */
function versionsIn(json: unknown): readonly unknown[] {
  const single = objectIn(json, 'version');
  if (Object.keys(single).length > 0) return [single];
  const listed = arrayIn(json, 'versions');
  return listed.length > 0 ? listed : arrayIn(objectIn(json, 'versions'), 'values');
}

function selfLink(version: unknown): string | undefined {
  const link = arrayIn(version, 'links').find((each) => isObject(each) && each.rel === 'self');
  return textIn(link, 'href');
}

/** The rest of the link's path behind the root's; undefined where it lies elsewhere, as behind a proxy that cuts a prefix. */
function pathBelow(root: string, href: string | undefined): string | undefined {
  if (href === undefined || !URL.canParse(href, root)) return undefined;
  const prefix = new URL(root).pathname.replace(/\/+$/, '');
  const path = new URL(href, root).pathname.replace(/\/+$/, '');
  return path.startsWith(`${prefix}/`) && path.endsWith('/v3') ? path.slice(prefix.length) : undefined;
}
