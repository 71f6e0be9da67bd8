import { expect, onTestFinished } from 'vitest';
import { bodyOf, type HeaderPairs, headerValue, type SendRequest, type SendResponse } from '../../src/ports/http.ts';

/** What a scripted exchange answers; an Error is thrown, as a transport's is. */
export type Reply =
  | Error
  | {
      readonly status: number;
      readonly headers?: HeaderPairs;
      /** Anything that is no text and no bytes is sent as JSON. */
      readonly body?: unknown;
    };

/** A request that was made, with its body as text. */
export interface Recorded extends Omit<SendRequest, 'body'> {
  readonly body: string;
  readonly bytes: Uint8Array;
  /** The body as JSON; undefined if it is none. */
  readonly json: unknown;
  header(name: string): string | undefined;
}

interface Exchange {
  readonly method: string;
  readonly url: string;
  readonly reply: Reply | ((request: Recorded) => Reply);
}

/**
 * A `Send` that plays a script. Each exchange is used once, in any order but with the first that fits; a request that
 * fits none is an error. When the test ends, exchanges that were not used and requests that fitted none fail it.
 */
export class FakeSend {
  readonly requests: Recorded[] = [];
  readonly #script: Exchange[] = [];
  readonly #unexpected: string[] = [];

  constructor() {
    onTestFinished(() => {
      expect(this.#unexpected, 'requests that no exchange was scripted for').toEqual([]);
      expect(this.#script.map(nameOf), 'exchanges that were never used').toEqual([]);
    });
  }

  /** Script one exchange. */
  on(method: string, url: string, reply: Exchange['reply']): this {
    this.#script.push({ method, url, reply });
    return this;
  }

  /** The port. */
  readonly send = async (request: SendRequest): Promise<SendResponse> => {
    const recorded = await record(request);
    this.requests.push(recorded);
    const at = this.#script.findIndex(({ method, url }) => method === request.method && url === request.url);
    const [exchange] = at === -1 ? [] : this.#script.splice(at, 1);
    if (exchange === undefined) {
      this.#unexpected.push(nameOf(request));
      throw new Error(`no exchange is scripted for ${nameOf(request)}; left: ${this.#script.map(nameOf).join(', ')}`);
    }
    const reply = typeof exchange.reply === 'function' ? exchange.reply(recorded) : exchange.reply;
    if (reply instanceof Error) throw reply;
    return responseOf(request.url, reply);
  };
}

function nameOf({ method, url }: { readonly method: string; readonly url: string }): string {
  return `${method} ${url}`;
}

async function record(request: SendRequest): Promise<Recorded> {
  const bytes = await bytesOf(request.body);
  const body = new TextDecoder().decode(bytes);
  return { ...request, body, bytes, json: parsed(body), header: (name) => headerValue(request.headers, name) };
}

async function bytesOf(body: SendRequest['body']): Promise<Uint8Array> {
  if (body === undefined || typeof body === 'string') return new TextEncoder().encode(body);
  if (body instanceof Uint8Array) return body;
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function responseOf(url: string, reply: Exclude<Reply, Error>): SendResponse {
  const { status, headers = [], body } = reply;
  const raw = body === undefined || typeof body === 'string' || body instanceof Uint8Array;
  const typed = raw || headerValue(headers, 'content-type') !== undefined;
  const bytes =
    body instanceof Uint8Array
      ? body
      : new TextEncoder().encode(typeof body === 'string' || body === undefined ? body : JSON.stringify(body));
  return {
    status,
    statusText: '',
    headers: typed ? headers : [...headers, ['Content-Type', 'application/json']],
    body: bodyOf(bytes),
    url,
  };
}
