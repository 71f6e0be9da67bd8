import { type ServerResponse, STATUS_CODES } from 'node:http';
import { type HeaderPairs, headerValue, type ResponseBody } from '../ports/http.ts';

/** What a client is answered. */
export interface Answer {
  readonly status: number;
  readonly statusText?: string;
  readonly headers: HeaderPairs;
  /** All of it, or a stream. */
  readonly body?: string | Uint8Array | ResponseBody;
  /** For the access log: who answered, and how the proxy knew. */
  readonly by?: { readonly provider: string; readonly project?: string; readonly how: string };
}

/** How an answer is sent. */
export interface Sending {
  /** Header lines besides the answer's own. */
  readonly more: HeaderPairs;
  readonly isHead: boolean;
}

/** An answer of the proxy's own. */
export function jsonAnswer(status: number, body: unknown, headers: HeaderPairs = []): Answer {
  return { status, headers: [['Content-Type', 'application/json'], ...headers], body: `${JSON.stringify(body)}\n` };
}

/**
 * Send an answer, as fast as the client takes it.
 *
 * @param sent told of the bytes of the body as they go
 * @throws what the provider's stream says. The connection is cut then: a client must not take half for all.
 */
export async function send(
  response: ServerResponse,
  answer: Answer,
  { more, isHead }: Sending,
  sent: (bytes: number) => void,
): Promise<void> {
  const { status, statusText, headers, body } = answer;
  const content = typeof body === 'string' ? Buffer.from(body) : body;
  const lines: string[] = [];
  const isBare = status === 204 || status === 304;
  for (const [name, value] of headers) {
    if (!isBare || !/^content-length$/i.test(name)) lines.push(name, value);
  }
  for (const [name, value] of more) lines.push(name, value);
  if (content instanceof Uint8Array && !isBare) lines.push('Content-Length', `${content.byteLength}`);
  try {
    response.writeHead(status, reasonOf(status, statusText), lines);
    if (content === undefined || content instanceof Uint8Array) {
      response.end(isHead ? undefined : content);
      if (!isHead) sent(content?.byteLength ?? 0);
      return;
    }
    const length = Number(headerValue(headers, 'content-length'));
    await (content.flow === undefined ? pass(response, content, length, sent) : flow(response, content, length, sent));
  } catch (error) {
    response.destroy();
    throw error;
  }
}

/** What is not printable ASCII cannot be sent by Node, or means something else to the client. */
function reasonOf(status: number, statusText: string | undefined): string | undefined {
  return statusText !== undefined && /^[\x20-\x7e]+$/.test(statusText) ? statusText : STATUS_CODES[status];
}

/** Where nobody reads along, without waiting for each piece. @param length as for `pass` */
function flow(
  response: ServerResponse,
  body: ResponseBody,
  length: number,
  sent: (bytes: number) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let passed = 0;
    let isOver = false;
    const over = () => {
      isOver = true;
      resolve();
    };
    const goOn = body.flow?.({
      data(chunk) {
        if (response.destroyed) {
          body.discard();
          reject(new Error('the client went away'));
          return false;
        }
        sent(chunk.byteLength);
        passed += chunk.byteLength;
        if (passed !== length) return response.write(chunk);
        response.end(chunk);
        return true;
      },
      end() {
        if (!response.writableEnded) response.end();
        over();
      },
      failed: reject,
    });
    if (isOver || goOn === undefined) return;
    response.on('drain', goOn);
    // Head and body of a small answer leave together; a body that is long in coming is announced.
    if (passed === 0) setImmediate(() => passed === 0 && !response.writableEnded && response.flushHeaders());
  });
}

/** @param length of the whole body; NaN where that is not known */
async function pass(
  response: ServerResponse,
  body: AsyncIterable<Uint8Array>,
  length: number,
  sent: (bytes: number) => void,
): Promise<void> {
  let passed = 0;
  // Head and body of a small answer leave together; a body that is long in coming is announced.
  const announce = setImmediate(() => response.flushHeaders());
  try {
    for await (const chunk of body) {
      clearImmediate(announce);
      if (response.destroyed) throw new Error('the client went away');
      sent(chunk.byteLength);
      passed += chunk.byteLength;
      if (passed === length) response.end(chunk);
      else if (!response.write(chunk) && !response.destroyed) await drained(response);
    }
    if (!response.writableEnded) response.end();
  } finally {
    clearImmediate(announce);
  }
}

/** Also when the client goes away. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const over = () => {
      response.off('drain', over).off('close', over);
      resolve();
    };
    response.on('drain', over).on('close', over);
  });
}
