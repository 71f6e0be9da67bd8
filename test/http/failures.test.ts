import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TransportError } from '../../src/errors.ts';
import { failureOf } from '../../src/http/failures.ts';
import { readBytes } from '../../src/ports/http.ts';
import { cut, type Handler, hang, raw, startServer, status, type TestServer } from '../support/server.ts';
import { type SilentPort, silentPort } from '../support/silent-port.ts';
import { bytesOf, ENGINES, failure, type Harness, harness, signal } from './support.ts';

describe.each(ENGINES)('failures, by %s', (_name, make) => {
  let sender: Harness;
  let server: TestServer;

  async function serve(handler: Handler): Promise<string> {
    server = await startServer(handler);
    return server.origin;
  }

  beforeEach(async () => {
    sender = harness(await make());
  });

  afterEach(async () => {
    await sender.close();
    await server?.close();
  });

  it('says that a connection was refused, by whom, and never shows the query', async () => {
    const origin = await serve(status(200));
    await server.close();
    const error = await failure(sender.call(`${origin}/v3/x?secret=sesame`));
    expect(error).toBeInstanceOf(TransportError);
    expect(error).toMatchObject({
      reason: 'connect',
      provider: 'sp-a',
      message: `connection refused by 127.0.0.1:${server.port}`,
      url: `${origin}/v3/x`,
    });
    expect(sender.events.at(-1)).toMatchObject({ type: 'end', status: undefined, sent: 0, received: 0, error });
  });

  it('unwraps what several addresses of one name said', async () => {
    const origin = await serve(status(200));
    await server.close();
    const error = await failure(sender.call(origin.replace('127.0.0.1', 'localhost')));
    expect(error).toMatchObject({ reason: 'connect', message: `connection refused by localhost:${server.port}` });
  });

  describe('when no connection comes about', () => {
    let silent: SilentPort;

    afterEach(() => silent.close());

    it('gives up after the connect deadline', async () => {
      const impatient = harness(await make(), { connectTimeoutMs: 300 });
      silent = await silentPort();
      expect(await failure(impatient.call(`http://127.0.0.1:${silent.port}/`))).toMatchObject({
        reason: 'timeout',
        message: `no connection to 127.0.0.1:${silent.port} within 300 ms`,
      });
      await impatient.close();
    });

    it('ends at once when it is closed meanwhile', async () => {
      silent = await silentPort();
      const connecting = (): number => process.getActiveResourcesInfo().filter((one) => /ConnectWrap/.test(one)).length;
      const answer = failure(sender.call(`http://127.0.0.1:${silent.port}/`));
      await new Promise((resolve) => setTimeout(resolve, 50));
      const during = connecting();
      await sender.close();
      expect(await answer).toMatchObject({ reason: 'aborted' });
      await vi.waitFor(() => expect(connecting()).toBe(during - 1));
    });
  });

  it('holds the connect deadline against a server that does not begin with TLS', async () => {
    const impatient = harness(await make(), { connectTimeoutMs: 300 });
    const mute = createServer(() => {}).listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const { port } = mute.address() as AddressInfo;
    expect(await failure(impatient.call(`https://127.0.0.1:${port}/`))).toMatchObject({
      reason: 'timeout',
      message: `no TLS connection to 127.0.0.1:${port} within 300 ms`,
    });
    await impatient.close();
    mute.close();
  });

  it('says that a name cannot be resolved', async () => {
    await serve(status(200));
    const error = await failure(sender.call('http://no-such-host.invalid:5000/v3'));
    expect(error).toMatchObject({ reason: 'dns', hint: expect.stringContaining('Check the name') });
    expect(String(error)).toContain('no-such-host.invalid cannot be resolved');
  });

  it('says that a connection was closed without an answer', async () => {
    const origin = await serve(cut());
    const error = await failure(sender.call(origin));
    expect(error).toMatchObject({
      reason: 'reset',
      message: `127.0.0.1:${server.port} closed the connection without an answer`,
    });
  });

  it('says that a head that was cut is no answer', async () => {
    const origin = await serve(raw('HTTP/1.1 200 OK\r\nContent-Le'));
    expect(await failure(sender.call(origin))).toMatchObject({ reason: 'reset' });
  });

  it('says that the headers of an answer are too long', async () => {
    const origin = await serve(raw(`HTTP/1.1 200 OK\r\nX-Long: ${'x'.repeat(20_000)}\r\nContent-Length: 0\r\n\r\n`));
    expect(await failure(sender.call(origin))).toMatchObject({
      reason: 'protocol',
      message: `127.0.0.1:${server.port} answered with headers of more than 16 KiB`,
      hint: expect.stringContaining('--max-http-header-size'),
    });
  });

  it('says that an answer is not HTTP, without passing control characters on', async () => {
    const origin = await serve(raw('SSH-2.0-\x1b[31mOpenSSH_9.2\r\n'));
    const error = await failure(sender.call(origin));
    expect(error).toMatchObject({ reason: 'protocol', hint: expect.stringContaining('https://') });
    expect(String(error)).toContain(`127.0.0.1:${server.port} did not answer in HTTP/1.1`);
    expect(String(error)).not.toMatch(/\p{Cc}/u);
  });

  it('says that an answer switches to another protocol', async () => {
    const origin = await serve(
      raw('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n', { keep: true }),
    );
    expect(await failure(sender.call(origin))).toBeInstanceOf(TransportError);
  });

  it('gives up when nothing comes for the idle deadline', async () => {
    const impatient = harness(await make(), { idleTimeoutMs: 200 });
    const origin = await serve(hang());
    expect(await failure(impatient.call(origin))).toMatchObject({
      reason: 'timeout',
      message: `127.0.0.1:${server.port} did not answer for 200 ms`,
    });
    await impatient.close();
  });

  it('gives up when a body stops coming', async () => {
    const impatient = harness(await make(), { idleTimeoutMs: 200 });
    const origin = await serve((_request, response) => void response.write('a beginning'));
    const { body } = await impatient.call(origin);
    expect(await failure(bytesOf(body))).toMatchObject({
      reason: 'timeout',
      message: `127.0.0.1:${server.port} sent no more of its answer after 11 bytes for 200 ms`,
    });
    await impatient.close();
  });

  describe('when a body drips and never ends', () => {
    /** A byte every 20 ms, `times` of them. */
    const drip = (times: number) =>
      serve((_request, response) => {
        let left = times;
        const dripping = setInterval(() => {
          left -= 1;
          if (left > 0) return response.write('x');
          clearInterval(dripping);
          return response.end('x');
        }, 20);
        response.on('close', () => clearInterval(dripping));
      });

    it('gives up an answer of which the whole is wanted, however busy the other side is', async () => {
      const impatient = harness(await make(), { answerTimeoutMs: 300 });
      const { body } = await impatient.call(await drip(Number.POSITIVE_INFINITY));
      const error = await failure(readBytes(body));
      expect(error).toMatchObject({ reason: 'timeout', hint: expect.stringContaining('answer-timeout') });
      expect(String(error)).toMatch(/had sent only \d+ bytes of its answer after 300 ms/);
      await impatient.close();
    });

    it('takes what is passed on for as long as something comes', async () => {
      const impatient = harness(await make(), { answerTimeoutMs: 100 });
      const { body } = await impatient.call(await drip(10));
      expect(String(await bytesOf(body))).toBe('xxxxxxxxxx');
      await impatient.close();
    });
  });

  describe('when the caller stops waiting', () => {
    const wanted = new Error('no longer needed');

    it('says that it was cancelled, and why', async () => {
      const arrived = signal();
      const closed = signal();
      const origin = await serve(({ socket }) => {
        socket.on('close', () => closed.fire());
        arrived.fire();
      });
      const controller = new AbortController();
      const answer = failure(sender.call(origin, { signal: controller.signal }));
      await arrived.fired;
      controller.abort(wanted);
      expect(await answer).toMatchObject({ reason: 'aborted', cause: wanted });
      await closed.fired;
    });

    it('says so of a deadline of the whole', async () => {
      const origin = await serve(hang());
      const error = await failure(sender.call(origin, { signal: AbortSignal.timeout(200) }));
      expect(error).toMatchObject({
        reason: 'timeout',
        message: `the deadline passed before 127.0.0.1:${server.port} had answered`,
      });
    });

    it('sends nothing when it was too late before', async () => {
      const origin = await serve(status(200));
      const error = await failure(sender.call(origin, { signal: AbortSignal.abort(wanted) }));
      expect(error).toMatchObject({ reason: 'aborted', cause: wanted });
      expect(server.requests).toHaveLength(0);
    });

    it('stops a body that is being read', async () => {
      const origin = await serve((_request, response) => void response.write('a beginning'));
      const controller = new AbortController();
      const { body } = await sender.call(origin, { signal: controller.signal });
      const read = failure(bytesOf(body));
      controller.abort(wanted);
      expect(await read).toMatchObject({ reason: 'aborted', cause: wanted });
    });

    it('leaves an answer alone that came before', async () => {
      const origin = await serve((_request, response) => void response.end('whole'));
      const controller = new AbortController();
      const { body } = await sender.call(origin, { signal: controller.signal });
      expect((await bytesOf(body)).toString()).toBe('whole');
      controller.abort(wanted);
      expect(sender.events.at(-1)).toMatchObject({ type: 'end', error: undefined });
    });

    it('shares one signal among many requests without a warning', async () => {
      const warnings: Error[] = [];
      const heard = (warning: Error): void => void warnings.push(warning);
      process.on('warning', heard);
      const origin = await serve(status(200));
      const { signal: shared } = new AbortController();
      await Promise.all(
        Array.from({ length: 40 }, async () => (await sender.call(origin, { signal: shared })).body.discard()),
      );
      await new Promise((resolve) => setImmediate(resolve));
      process.removeListener('warning', heard);
      expect(warnings).toEqual([]);
    });
  });

  it('ends what is under way when it is closed, and takes nothing more', async () => {
    const arrived = signal();
    const origin = await serve(() => arrived.fire());
    const answer = failure(sender.call(origin));
    await arrived.fired;
    await sender.close();
    expect(await answer).toMatchObject({ reason: 'aborted' });
    expect(await failure(sender.call(origin))).toMatchObject({ reason: 'aborted' });
    expect(server.requests).toHaveLength(1);
  });

  it('goes on when an observer throws', async () => {
    const watched = harness(await make(), {
      observe: () => {
        throw new Error('an observer');
      },
    });
    const origin = await serve(status(204));
    expect((await watched.call(origin)).status).toBe(204);
    await watched.close();
  });
});

describe('the meaning of errors', () => {
  const where = {
    provider: 'sp-b',
    url: 'https://cloud.example:8776/v3',
    peer: 'cloud.example:8776',
    hostname: 'cloud.example',
    connectTimeoutMs: 5_000,
    received: undefined,
  };
  const system = (code: string, syscall: string): Error =>
    Object.assign(new Error(`${syscall} ${code}`), { code, syscall });
  const coded = (code: string): Error => Object.assign(new Error(code), { code });

  it.each([
    [system('ECONNREFUSED', 'connect'), 'connect', 'connection refused by cloud.example:8776'],
    [system('EHOSTUNREACH', 'connect'), 'connect', 'no route to cloud.example:8776'],
    [system('ENETUNREACH', 'connect'), 'connect', 'the network of cloud.example:8776 cannot be reached'],
    [system('ETIMEDOUT', 'connect'), 'timeout', 'no connection to cloud.example:8776: the network did not answer'],
    [system('ENOTFOUND', 'getaddrinfo'), 'dns', 'the host name cloud.example cannot be resolved (ENOTFOUND)'],
    [system('EAI_AGAIN', 'getaddrinfo'), 'dns', 'the host name cloud.example cannot be resolved (EAI_AGAIN)'],
    [
      system('EMFILE', 'connect'),
      'connect',
      'no connection to cloud.example:8776: this process has too many open files',
    ],
    [system('EPIPE', 'write'), 'reset', 'cloud.example:8776 closed the connection without an answer'],
    [coded('UND_ERR_SOCKET'), 'reset', 'cloud.example:8776 closed the connection without an answer'],
    [coded('HPE_INVALID_CONSTANT'), 'protocol', 'cloud.example:8776 did not answer in HTTP/1.1 (HPE_INVALID_CONSTANT)'],
    [
      coded('DEPTH_ZERO_SELF_SIGNED_CERT'),
      'tls',
      'the certificate of cloud.example:8776 is not trusted: it is self-signed',
    ],
    [coded('CERT_HAS_EXPIRED'), 'tls', 'the certificate of cloud.example:8776 has expired'],
    [
      coded('ERR_TLS_CERT_ALTNAME_INVALID'),
      'tls',
      'the certificate of cloud.example:8776 is for other names than cloud.example',
    ],
    [new Error('never\u001b[2J\nheard of'), 'protocol', 'cloud.example:8776: never [2J heard of'],
    ['not even an error', 'protocol', 'cloud.example:8776: not even an error'],
  ])('is told in plain words: %s', (cause, reason, message) => {
    const { error } = failureOf(cause, where);
    expect(error).toMatchObject({ reason, message, cause, provider: 'sp-b', url: where.url });
  });

  it('takes a refusal for the answer of several addresses', () => {
    const errors = [system('ENETUNREACH', 'connect'), system('ECONNREFUSED', 'connect')];
    const { error, unsent, transient } = failureOf(new AggregateError(errors), where);
    expect(error).toMatchObject({ message: 'connection refused by cloud.example:8776', cause: errors[1] });
    expect({ unsent, transient }).toEqual({ unsent: true, transient: true });
  });

  it('tells what may pass from what will not', () => {
    const transient = (cause: Error, received?: number): boolean => failureOf(cause, { ...where, received }).transient;
    expect(transient(system('EAI_AGAIN', 'getaddrinfo'))).toBe(true);
    expect(transient(system('ENOTFOUND', 'getaddrinfo'))).toBe(false);
    expect(transient(coded('ECONNRESET'))).toBe(true);
    expect(transient(coded('ECONNRESET'), 0)).toBe(false);
    expect(transient(coded('CERT_HAS_EXPIRED'))).toBe(false);
  });
});
