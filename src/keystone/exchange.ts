import { TransportError } from '../errors.ts';
import { type HeaderPairs, headerValue, readBytes, requestIdIn, type SendRequest } from '../ports/http.ts';
import { keepSecret } from '../secrets.ts';
import type { KeystoneContext } from './context.ts';
import { messageOf } from './service-message.ts';

/** An answer whose body has been read. */
export interface Answer {
  readonly status: number;
  readonly headers: HeaderPairs;
  readonly bytes: Uint8Array;
  readonly text: string;
  readonly url: string;
}

/** Tokens with large catalogs have some hundred kilobytes; more than this is no answer of Keystone's. */
const LIMIT = 16 * 1024 * 1024;

/** What a request is about, at the end of a message that says that it had no answer. */
const STEPS: Readonly<Record<string, string>> = {
  authenticate: 'when asked for a token',
  discover: 'when asked for its version',
  assertion: 'when asked for an assertion',
  present: "when given home's assertion",
  'federated-token': 'when asked for a token',
  projects: 'when asked for the projects',
  scope: 'when asked for a token of the project',
};

/** Send a request and read the whole answer. @throws TransportError that says at which step it was */
export async function exchange(context: KeystoneContext, request: SendRequest): Promise<Answer> {
  try {
    return await answerTo(context, request);
  } catch (error) {
    const step = STEPS[request.purpose.step];
    if (!(error instanceof TransportError) || step === undefined) throw error;
    const { message, provider, reason, url, cause, hint } = error;
    throw new TransportError(`${message}, ${step}`, { provider, reason, url, cause, hint });
  }
}

async function answerTo(context: KeystoneContext, request: SendRequest): Promise<Answer> {
  const response = await context.send(request);
  const bytes = await readBytes(response.body, LIMIT);
  const text = new TextDecoder().decode(bytes);
  return { status: response.status, headers: response.headers, bytes, text, url: request.url };
}

export function requestIdOf({ headers }: Answer): string | undefined {
  return requestIdIn(headers);
}

export function contentTypeOf(answer: Answer): string {
  return headerValue(answer.headers, 'content-type') ?? '';
}

/**
 * What an answer said, for a message: its status and its own words.
 *
 * @param secrets what must not be shown, even if the answer repeats it: Keystone quotes bodies that fail validation,
 *   and tokens that it does not know
 */
export function said(answer: Answer, secrets: readonly string[]): string {
  for (const secret of secrets) keepSecret(secret);
  const { message, html } = messageOf(contentTypeOf(answer), answer.text);
  const head = `it answered ${answer.status}`;
  if (message === undefined)
    return answer.bytes.byteLength === 0 ? `${head} with nothing` : `${head} without a message`;
  return html ? `${head} with a web page that says "${message}"` : `${head}: ${message}`;
}

/** A URL for a message: without credentials, query and fragment. */
export function shownUrl(text: string): string {
  if (!URL.canParse(text)) return text.replace(/[?#].*$/s, '');
  const { origin, pathname } = new URL(text);
  return `${origin}${pathname}`;
}
