import nock from 'nock';
import { MockAgent } from 'undici';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TransportError } from '../../src/errors.ts';
import { createOneShot } from '../../src/http/one-shot.ts';
import { createPool } from '../../src/http/pool.ts';
import { type Attempted, delayAfterAnswer, delayAfterFailure } from '../../src/http/retries.ts';
import type { Engine } from '../../src/http/wire.ts';
import { bytesOf, failure, type Harness, harness } from './support.ts';

const ORIGIN = 'http://cloud.example:8776';

/** A cloud that is not there: what it answers is said in advance, and each of it must be asked for. */
interface Script {
  readonly engine: Engine;
  answer(method: string, code: number, body?: string, headers?: Record<string, string>): void;
  fail(method: string, error: Error): void;
  /** Throws when something that was said in advance was not asked for. */
  assertDone(): void;
  close(): Promise<void>;
}

function nockScript(): Script {
  nock.disableNetConnect();
  return {
    engine: createOneShot(),
    answer: (method, code, body = '', headers = {}) =>
      void nock(ORIGIN).intercept('/x', method).reply(code, body, headers),
    fail: (method, error) => void nock(ORIGIN).intercept('/x', method).replyWithError(error),
    assertDone: () => expect(nock.pendingMocks()).toEqual([]),
    close: () => {
      expect(nock.isDone()).toBe(true);
      nock.cleanAll();
      nock.enableNetConnect();
      return Promise.resolve();
    },
  };
}

function mockAgentScript(): Script {
  // A MockAgent has no connections to destroy, and says so with an error.
  const agent = Object.assign(new MockAgent(), { destroy: () => Promise.resolve() });
  agent.disableNetConnect();
  const cloud = agent.get(ORIGIN);
  return {
    engine: createPool(() => agent),
    answer: (method, code, body = '', headers = {}) =>
      void cloud.intercept({ path: '/x', method }).reply(code, body, { headers }),
    fail: (method, error) => void cloud.intercept({ path: '/x', method }).replyWithError(error),
    assertDone: () => agent.assertNoPendingInterceptors(),
    close: () => agent.close(),
  };
}

const system = (code: string, syscall: string): Error =>
  Object.assign(new Error(`${syscall} ${code}`), { code, syscall });
const refused = system('ECONNREFUSED', 'connect');
const reset = system('ECONNRESET', 'read');

describe.each([
  ['node:http behind nock', nockScript],
  ['undici behind its MockAgent', mockAgentScript],
] as const)('retries, by %s', (_name, make) => {
  let script: Script;
  let sender: Harness;

  beforeEach(() => {
    // No jitter: every wait is as short as it can be.
    vi.spyOn(Math, 'random').mockReturnValue(0);
    script = make();
    sender = harness(script.engine, { retries: 2 });
  });

  afterEach(async () => {
    script.assertDone();
    await sender.close();
    await script.close();
  });

  const call = (method: string, more = {}) => sender.call(`${ORIGIN}/x`, { method, ...more });
  const types = (): string[] => sender.events.map(({ type }) => type);

  it.each(['GET', 'HEAD', 'OPTIONS'])('repeats a %s whose connection broke before the answer', async (method) => {
    script.fail(method, reset);
    script.answer(method, 200);
    const answer = await call(method);
    expect(answer.status).toBe(200);
    await bytesOf(answer.body);
    expect(types()).toEqual(['request', 'end', 'retry', 'request', 'response', 'end']);
    expect(sender.events.map(({ id, attempt }) => [id, attempt])).toEqual([
      [1, 1],
      [1, 1],
      [1, 1],
      [1, 2],
      [1, 2],
      [1, 2],
    ]);
    expect(sender.events[2]).toMatchObject({ why: 'cloud.example:8776 closed the connection without an answer' });
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])(
    'never repeats a %s of which something may have arrived',
    async (method) => {
      script.fail(method, reset);
      expect(await failure(call(method, { body: '{}' }))).toMatchObject({ reason: 'reset' });
      expect(types()).toEqual(['request', 'end']);
    },
  );

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])(
    'says that a %s without an answer may have been carried out',
    async (method) => {
      const purpose = { provider: 'sp-a', step: 'forward' };
      script.fail(method, reset);
      const error = (await failure(call(method, { body: '{}', purpose }))) as TransportError;
      expect(error.requestId).toMatch(/^req-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
      expect(error).toMatchObject({
        reason: 'reset',
        hint:
          `The ${method} may have been carried out all the same: look before you repeat it. ` +
          `Its request id is ${error.requestId}.`,
      });
      const [sent] = sender.events.flatMap((event) => (event.type === 'request' ? [event.headers] : []));
      expect(sent).toContainEqual(['X-OpenStack-Request-ID', error.requestId]);
      script.fail(method, refused);
      script.fail(method, refused);
      script.fail(method, refused);
      expect(await failure(call(method, { body: '{}', purpose }))).toMatchObject({
        reason: 'connect',
        hint: undefined,
      });
    },
  );

  it.each(['GET', 'POST', 'DELETE'])('repeats a %s that nobody took', async (method) => {
    script.fail(method, refused);
    script.answer(method, 201, 'made');
    expect((await bytesOf((await call(method)).body)).toString()).toBe('made');
  });

  it('gives up after two repetitions', async () => {
    for (let i = 0; i < 3; i += 1) script.fail('GET', refused);
    const error = (await failure(call('GET'))) as TransportError;
    expect(error).toMatchObject({ reason: 'connect', message: 'connection refused by cloud.example:8776' });
    expect(types().filter((type) => type === 'retry')).toHaveLength(2);
  });

  it('repeats nothing that must not be repeated', async () => {
    script.fail('GET', refused);
    expect(await failure(call('GET', { retry: 'never' }))).toMatchObject({ reason: 'connect' });
    script.answer('GET', 503, '', { 'Retry-After': '0' });
    expect((await call('GET', { retry: 'never' })).status).toBe(503);
  });

  it.each([429, 503])('comes back after a %i when it is told to', async (code) => {
    script.answer('GET', code, 'later', { 'Retry-After': '0' });
    script.answer('GET', 200, 'now');
    expect((await bytesOf((await call('GET')).body)).toString()).toBe('now');
    expect(sender.events.find(({ type }) => type === 'retry')).toMatchObject({ why: `answered ${code}` });
  });

  it.each([502, 503])("tries again after a gateway's %i", async (code) => {
    script.answer('GET', code);
    script.answer('GET', 200);
    expect((await call('GET')).status).toBe(200);
  });

  it.each([
    ['GET', 429, {}],
    ['GET', 503, { 'Retry-After': '11' }],
    ['GET', 504, {}],
    ['GET', 500, {}],
    ['POST', 503, { 'Retry-After': '0' }],
  ] as const)(
    'gives a %s the %i as it is where a repetition is not safe or not wanted',
    async (method, code, headers) => {
      script.answer(method, code, 'as it is', headers);
      const answer = await call(method);
      expect([answer.status, (await bytesOf(answer.body)).toString()]).toEqual([code, 'as it is']);
    },
  );

  it('stops waiting when nobody is interested any more', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1);
    script.answer('GET', 503, '', { 'Retry-After': '9' });
    const controller = new AbortController();
    const reason = new Error('enough');
    const answer = failure(call('GET', { signal: controller.signal }));
    await vi.waitFor(() => expect(types()).toContain('retry'));
    controller.abort(reason);
    expect(await answer).toMatchObject({ reason: 'aborted', cause: reason });
  });
});

describe('how long a repetition waits', () => {
  const attempted: Attempted = { method: 'GET', attempt: 1, waited: 0, replayable: true };
  const transient = { error: undefined as never, unsent: true, transient: true };
  const NOW = Date.parse('2026-01-01T00:00:00Z');
  const wait = (status: number, retryAfter?: string, more: Partial<Attempted> = {}): number | undefined =>
    delayAfterAnswer(
      { status, headers: retryAfter === undefined ? [] : [['Retry-After', retryAfter]] },
      { ...attempted, ...more },
      () => 0,
      NOW,
    );

  it('grows, and is spread over the whole interval', () => {
    const delays = (random: number): (number | undefined)[] =>
      [1, 2].map((attempt) => delayAfterFailure(transient, { ...attempted, attempt }, () => random));
    expect([delays(0), delays(0.5), delays(1)]).toEqual([
      [0, 0],
      [100, 300],
      [200, 600],
    ]);
  });

  it.each([
    ['seconds', '7', 7_000],
    ['a date', 'Thu, 01 Jan 2026 00:00:05 GMT', 5_000],
    ['a date that is past', 'Wed, 31 Dec 2025 00:00:00 GMT', 0],
  ])('is what Retry-After says in %s', (_what, value, ms) => {
    expect(wait(503, value)).toBe(ms);
  });

  it('is never more than ten seconds together', () => {
    expect(wait(503, '11')).toBeUndefined();
    expect(wait(503, '6', { waited: 5_000 })).toBeUndefined();
    expect(wait(503, '5', { waited: 5_000 })).toBe(5_000);
  });

  it('does not believe a Retry-After that makes no sense', () => {
    expect(wait(429, 'soon')).toBeUndefined();
    expect(wait(503, '-1')).toBe(0);
  });

  it('is not for a body that is gone', () => {
    expect(delayAfterFailure(transient, { ...attempted, replayable: false }, () => 0)).toBeUndefined();
    expect(wait(503, '0', { replayable: false })).toBeUndefined();
  });
});
