import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Reply } from './reply.ts';

/** What may be wrong with the way in which an answer is sent. */
export interface Sending {
  /** Cut the connection after so many bytes of the body; `half` of it. */
  readonly cutAfter?: number | 'half';
  readonly bytesPerSecond?: number;
  /** How many bytes more than there are `Content-Length` says. */
  readonly lengthBy?: number;
  /** Only the first half of the body, as if that were all. */
  readonly truncated?: boolean;
}

/** How often a byte comes that drips. */
export const DRIP_MS = 50;

/** Cut the connection in the middle of the answer's head. */
export function cutHead({ socket }: ServerResponse): void {
  socket?.write('HTTP/1.1 200 OK\r\nContent-Ty');
  socket?.destroySoon();
}

/** Send the head of an answer, a brace, and blanks until the client is gone. */
export function dripFor(response: ServerResponse, reply: Reply, ms: number): void {
  response.writeHead(reply.status, reply.reason, reply.headers.flat());
  response.write('{');
  const dripping = setInterval(() => response.write(' '), ms).unref();
  response.on('close', () => clearInterval(dripping));
}

/** Send an answer. */
export async function send(response: ServerResponse, reply: Reply, sending: Sending): Promise<void> {
  const bytes = typeof reply.body === 'string' ? Buffer.from(reply.body) : reply.body;
  const whole =
    sending.truncated === true && bytes instanceof Uint8Array
      ? bytes.subarray(0, Math.floor(bytes.byteLength / 2))
      : bytes;
  const length = whole instanceof Uint8Array ? whole.byteLength : reply.length;
  const head: string[] = reply.headers.flat();
  if (length !== undefined) head.push('Content-Length', String(Math.max(0, length + (sending.lengthBy ?? 0))));
  response.writeHead(reply.status, reply.reason, head);
  if (whole === undefined || response.req.method === 'HEAD') {
    response.end();
    return;
  }
  if (whole instanceof Uint8Array && sending.cutAfter === undefined && sending.bytesPerSecond === undefined) {
    response.end(whole);
    return;
  }
  const limit = sending.cutAfter === 'half' ? Math.floor((length ?? 0) / 2) : sending.cutAfter;
  await stream(response, whole instanceof Uint8Array ? [whole] : whole, limit, sending.bytesPerSecond);
}

async function stream(
  response: ServerResponse,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  limit: number | undefined,
  bytesPerSecond: number | undefined,
): Promise<void> {
  let left = limit ?? Number.POSITIVE_INFINITY;
  for await (const chunk of chunks) {
    for (const piece of pieces(chunk, bytesPerSecond)) {
      if (response.destroyed) return;
      const sent = piece.byteLength > left ? piece.subarray(0, left) : piece;
      left -= sent.byteLength;
      await written(response, sent);
      if (left <= 0) {
        // What was written is still to reach the client before the connection goes.
        response.socket?.destroySoon();
        return;
      }
      if (bytesPerSecond !== undefined)
        await delay((1000 * sent.byteLength) / bytesPerSecond, undefined, { ref: false });
    }
  }
  response.end();
}

/** A tenth of a second's worth each. */
function* pieces(chunk: Uint8Array, bytesPerSecond: number | undefined): Generator<Uint8Array> {
  const size = bytesPerSecond === undefined ? chunk.byteLength : Math.max(1, Math.floor(bytesPerSecond / 10));
  for (let at = 0; at < chunk.byteLength; at += size) yield chunk.subarray(at, at + size);
}

/** Resolves when the client has room for more, or is gone. */
function written(response: ServerResponse, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('close', done);
      resolve();
    };
    response.once('close', done);
    response.write(bytes, done);
  });
}
