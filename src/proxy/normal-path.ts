/** A path in the one spelling in which it is compared and passed on. */
import { Refusal } from './refusal.ts';

/** Characters that mean the same with and without percent-encoding (RFC 3986, 2.3). */
const UNRESERVED = /[A-Za-z0-9._~-]/;

/**
 * Percent escapes of characters that need none are resolved, and the others in upper case. Slashes before the first
 * segment are one.
 *
 * @throws Refusal 400 for dot segments: what is passed on would be another path than the one that was compared
 */
export function normalPath(path: string): string {
  const decoded = path.includes('%') ? path.replace(/%([0-9a-f]{2})/gi, unescaped) : path;
  if (decoded.includes('/.') && /\/\.{1,2}(\/|$)/.test(decoded)) {
    throw new Refusal(400, 'Paths with . or .. as a segment are not taken.');
  }
  return decoded.replace(/^\/{2,}/, '/');
}

/**
 * A path below `/identity`, where empty segments mean nothing: Keystone answers `/v3//auth/tokens/` as it does
 * `/v3/auth/tokens`. The addresses of Identity and of a version keep a slash at the end.
 */
export function identityPath(path: string): string {
  const single = path.replace(/\/{2,}/g, '/');
  return /^\/(v\d[^/]*\/)?$/.test(single) ? single : single.replace(/\/$/, '');
}

function unescaped(written: string, code: string): string {
  const character = String.fromCharCode(Number.parseInt(code, 16));
  return UNRESERVED.test(character) ? character : written.toUpperCase();
}
