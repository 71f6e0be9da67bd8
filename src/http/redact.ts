import { createHash } from 'node:crypto';
import { withoutSecrets } from '../secrets.ts';

/**
 * What may be shown of a request or an answer. Headers and bodies are hidden unless they are known to be harmless;
 * a URL is shown but for what its parts' names give away, because a trace without URLs is of no use.
 */

/** Headers without secrets; every other value is shown as its hash. */
const OPEN_HEADERS = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'accept-ranges',
  'age',
  'allow',
  'cache-control',
  'connection',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-length',
  'content-md5',
  'content-range',
  'content-type',
  'date',
  'etag',
  'expires',
  'host',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-unmodified-since',
  'keep-alive',
  'last-modified',
  'openstack-api-version',
  'pragma',
  'range',
  'retry-after',
  'server',
  'transfer-encoding',
  'user-agent',
  'vary',
  'via',
  'www-authenticate',
  'x-compute-request-id',
  'x-newest',
  'x-openstack-ironic-api-version',
  'x-openstack-manila-api-version',
  'x-openstack-nova-api-version',
  'x-openstack-request-id',
  'x-timestamp',
  'x-trans-id',
]);

const URL_HEADERS = new Set(['content-location', 'location']);

/** Names of query parameters and JSON members whose values are not for others. */
const SECRET_NAME =
  /pass|pwd|secret|token|sig$|signature|credential|private|auth|cookie|session|assert|saml|ticket|otp|receipt|cert|key|blob|payload|user_?data|contents|personality|kubeconfig/i;

/** Names that look like it, and whose values everybody may see. */
const HARMLESS_NAME = /^(sort_keys?|key_?name|public_key|keypairs?)$/i;

/** A Fernet token, wherever it stands. */
const FERNET = /gAAAAA[\w-]{40,}={0,2}/g;

/** The same for equal values, so that two lines can be compared, and of no use for anything else. */
export function hashed(value: string): string {
  return `{SHA256}${createHash('sha256').update(value, 'latin1').digest('hex').slice(0, 16)}`;
}

/** A header's value as it may be shown. */
export function shownHeader(name: string, value: string): string {
  const lower = name.toLowerCase();
  if (URL_HEADERS.has(lower)) return shownUrl(value);
  return OPEN_HEADERS.has(lower) ? printable(withoutSecrets(value)).replace(FERNET, hashed) : hashed(value);
}

/** A URL, or a path with a query, as it may be shown. */
export function shownUrl(url: string): string {
  const [, base = '', query] = /^([^?#]*)(?:\?([^#]*))?/s.exec(url) ?? [];
  const path = base
    .replace(/^([a-z]+:\/\/)[^/]*@/i, '$1')
    .replace(/(\/tokens\/)([^/]+)/g, (_all, before: string, token: string) => before + hashed(token));
  const shown = query === undefined ? path : `${path}?${query.split('&').map(shownParameter).join('&')}`;
  return printable(withoutSecrets(shown.replace(FERNET, hashed)));
}

function shownParameter(parameter: string): string {
  const [, name = '', value] = /^([^=]*)(?:=(.*))?$/s.exec(parameter) ?? [];
  return value === undefined || !isSecretName(name) ? parameter : `${name}=${hashed(value)}`;
}

/** A JSON body with the values of everything secret taken out, or undefined when it is not JSON. */
export function shownJson(text: string): string | undefined {
  try {
    const shown = JSON.stringify(JSON.parse(text), (name, value: unknown) =>
      name !== '' && isSecretName(name) && value !== null && typeof value !== 'boolean' ? '***' : value,
    );
    return printable(shown.replace(FERNET, hashed));
  } catch {
    return undefined;
  }
}

function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name) && !HARMLESS_NAME.test(name);
}

/** Without characters that a terminal might obey. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, (control) => encodeURIComponent(control));
}
