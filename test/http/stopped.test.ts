import { afterEach, describe, expect, it } from 'vitest';
import { connected, createDialer } from '../../src/http/dial.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { bytesOf, ENGINES, harness } from './support.ts';

/** Long enough for a request to reach the server on a busy machine. */
const DEADLINE_MS = 400;

let server: TestServer;

afterEach(() => server.close());

/** As when the process gets Ctrl-Z, or its computer sleeps: time goes on, and sockets fill. */
function stopBeyondTheDeadline(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 4 * DEADLINE_MS);
}

describe('a process that was stopped for longer than a deadline', () => {
  describe.each(ENGINES)('with %s', (_name, make) => {
    it('takes the answer that came meanwhile', async () => {
      server = await startServer((_request, response) => {
        response.end('in time');
        stopBeyondTheDeadline();
      });
      const { call, close } = harness(await make(), { idleTimeoutMs: DEADLINE_MS });
      expect((await bytesOf((await call(server.origin)).body)).toString()).toBe('in time');
      await close();
    });
  });

  it('takes the connection that was made meanwhile', async () => {
    server = await startServer((_request, response) => void response.end());
    const dialer = createDialer({ timeoutMs: DEADLINE_MS, tls: undefined, proxyFor: () => undefined });
    const socket = dialer.dial({ hostname: '127.0.0.1', port: server.port }, () => undefined);
    const failed = new Promise((_resolve, reject) => socket?.once('error', reject));
    stopBeyondTheDeadline();
    if (socket !== undefined) await Promise.race([connected(socket), failed]);
    expect(socket?.readyState).toBe('open');
    socket?.destroy();
  });
});
