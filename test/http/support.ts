import type { ExchangeEvent } from '../../src/http/events.ts';
import { createOneShot } from '../../src/http/one-shot.ts';
import { loadPool } from '../../src/http/pool.ts';
import { createSender, type Sender, type SenderOptions } from '../../src/http/sender.ts';
import type { Engine } from '../../src/http/wire.ts';
import type { ResponseBody, SendRequest } from '../../src/ports/http.ts';

/** Both engines, for `describe.each`. */
export const ENGINES: readonly (readonly [name: string, make: () => Engine | Promise<Engine>])[] = [
  ['node:http', createOneShot],
  ['undici', loadPool],
];

export interface Harness extends Sender {
  readonly events: ExchangeEvent[];
  /** A GET, unless `more` says otherwise. */
  readonly call: (url: string, more?: Partial<SendRequest>) => ReturnType<Sender['send']>;
}

export function harness(engine: Engine, options: Partial<SenderOptions> = {}): Harness {
  const events: ExchangeEvent[] = [];
  const sender = createSender({
    connectTimeoutMs: 10_000,
    idleTimeoutMs: 15_000,
    answerTimeoutMs: 60_000,
    retries: 0,
    userAgent: 'fed/test',
    observe: (event) => events.push(event),
    engine,
    ...options,
  });
  return {
    ...sender,
    events,
    call: (url, more = {}) =>
      sender.send({
        method: 'GET',
        url,
        headers: [],
        connection: {},
        purpose: { provider: 'sp-a', project: 'research', step: 'show' },
        ...more,
      }),
  };
}

export async function bytesOf(body: ResponseBody): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The error that a promise is rejected with. */
export async function failure(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
}

/** A stream of its parts. */
export async function* streamOf(...parts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield await Promise.resolve(Buffer.from(part));
}

/** A promise and the function that fulfils it. */
export function signal<T = void>(): { readonly fired: Promise<T>; readonly fire: (value: T) => void } {
  let fire: (value: T) => void = () => {};
  const fired = new Promise<T>((resolve) => {
    fire = resolve;
  });
  return { fired, fire };
}
