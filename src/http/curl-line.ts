import { isPem } from '../ports/http.ts';
import type { RequestEvent } from './events.ts';
import { shownHeader, shownJson, shownUrl } from './redact.ts';

/** Steps whose bodies are credentials, assertions or tokens as a whole. */
const SECRET_STEPS = new Set(['authenticate', 'assertion', 'present', 'federated-token', 'scope']);
const SECRET_PATHS = /\/(auth|tokens|OS-[A-Z0-9]+|credentials|secrets)(\/|$)/;

const DEFAULT_LIMIT = 1_000;

/**
 * A request as a curl command that can be copied, with every secret hidden: its hash stands for a header's value,
 * its size for a body.
 *
 * @param limit characters of a body that are shown at most
 */
export function curlLine(request: RequestEvent, limit = DEFAULT_LIMIT): string {
  const { method, connection, body } = request;
  const words = ['curl'];
  if (method === 'HEAD') words.push('-I');
  else if (method !== 'GET' || body !== undefined) words.push('-X', quoted(method));
  if (connection.insecure === true) words.push('-k');
  else if (connection.caFile !== undefined) words.push('--cacert', fileWord(connection.caFile));
  if (connection.certFile !== undefined) words.push('--cert', fileWord(connection.certFile));
  if (connection.keyFile !== undefined) words.push('--key', fileWord(connection.keyFile));
  for (const [name, value] of request.headers) words.push('-H', quoted(`${name}: ${shownHeader(name, value)}`));
  words.push(...bodyWords(request, limit), quoted(shownUrl(request.url)));
  return words.join(' ');
}

function bodyWords(request: RequestEvent, limit: number): string[] {
  const { body } = request;
  if (body === undefined) return [];
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) return ['-T', '-'];
  const text = typeof body === 'string' ? body : new TextDecoder().decode(body);
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body).byteLength : body.byteLength;
  const path = request.url.replace(/[?#].*$/s, '');
  const shown = SECRET_STEPS.has(request.purpose.step) || SECRET_PATHS.test(path) ? undefined : shownJson(text);
  if (shown === undefined) return ['-d', quoted(`[hidden: ${bytes} bytes]`)];
  return ['-d', quoted(shown.length > limit ? `${shown.slice(0, limit)}… [${bytes} bytes]` : shown)];
}

function fileWord(file: string): string {
  return quoted(isPem(file) ? '[hidden: PEM]' : file);
}

/** As one word for a POSIX shell. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
