import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { HeaderPairs } from '../ports/http.ts';

/** What a client is answered. */
export interface Answer {
  readonly status: number;
  readonly statusText?: string;
  readonly headers: HeaderPairs;
  /** All of it, or a stream. */
  readonly body?: string | Uint8Array | AsyncIterable<Uint8Array>;
  /** For the access log: who answered, and how the proxy knew. */
  readonly by?: { readonly provider: string; readonly project?: string; readonly how: string };
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
  isHead: boolean,
  sent: (bytes: number) => void,
): Promise<void> {
  const whole =
    typeof answer.body === 'string' || answer.body instanceof Uint8Array ? Buffer.from(answer.body) : undefined;
  const headers =
    whole === undefined ? answer.headers : [...answer.headers, ['Content-Length', `${whole.byteLength}`] as const];
  try {
    response.writeHead(answer.status, answer.statusText || STATUS_CODES[answer.status], headers.flat() as string[]);
    if (whole !== undefined || answer.body === undefined) {
      response.end(isHead ? undefined : whole);
      if (!isHead) sent(whole?.byteLength ?? 0);
      return;
    }
    await pass(response, answer.body as AsyncIterable<Uint8Array>, sent);
  } catch (error) {
    response.destroy();
    throw error;
  }
}

async function pass(
  response: ServerResponse,
  body: AsyncIterable<Uint8Array>,
  sent: (bytes: number) => void,
): Promise<void> {
  let goOn = () => {};
  const wake = () => goOn();
  response.on('drain', wake).on('close', wake);
  try {
    response.flushHeaders();
    for await (const chunk of body) {
      if (response.destroyed) throw new Error('the client went away');
      sent(chunk.byteLength);
      if (response.write(chunk) || response.destroyed) continue;
      await new Promise<void>((resolve) => {
        goOn = resolve;
      });
    }
    response.end();
  } finally {
    response.off('drain', wake).off('close', wake);
  }
}
