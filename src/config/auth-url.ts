import { ConfigError } from '../errors.ts';
import type { Facts } from './layer.ts';
import { missing, type Place } from './place.ts';

/** `{region_name}` and the like in a URL stand for other values of the entry, as in openstacksdk. */
export function fillIn(text: string, facts: Facts, origin: string): string {
  return text.replaceAll(/\{(\w+)\}/g, (_, key: string) => {
    const value = key === 'password' ? undefined : facts.text(key);
    if (value !== undefined) return value;
    throw new ConfigError(`${origin} has {${key}} in it, and ${key} is not set.`);
  });
}

/**
 * The Identity v3 base, without a trailing slash. A URL without a version gets `/v3`.
 *
 * @throws ConfigError when there is none, or it is no such URL
 */
export function authUrlOf(facts: Facts, place: Place): string {
  const written = facts.text('auth_url');
  if (written === undefined) throw missing("the Identity service's URL", ['auth_url'], place);
  const origin = facts.get('auth_url')?.origin ?? 'auth_url';
  const text = fillIn(written, facts, origin);
  const wrong = (why: string): ConfigError =>
    new ConfigError(`${origin} ${why}.`, { hint: 'It looks like https://keystone.example:5000/v3.' });
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) throw wrong('is not an http: or https: URL');
  if (url.username !== '' || url.password !== '') throw wrong('must not have credentials in it');
  if (url.search !== '' || url.hash !== '') throw wrong('must end with the path');
  const path = url.pathname.replace(/\/+$/, '');
  if (/\/v2(\.0)?$/.test(path)) throw wrong('is for Identity API v2, and federation needs v3');
  if (/\/v3\/./.test(path)) throw wrong('goes on after /v3');
  return `${url.origin}${path}${path.endsWith('/v3') ? '' : '/v3'}`;
}
