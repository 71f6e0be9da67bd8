import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TransportError } from '../../src/errors.ts';
import type { Dialer } from '../../src/http/dial.ts';
import { createOneShot } from '../../src/http/one-shot.ts';
import { Preconnected } from '../../src/http/preconnected.ts';
import { makeCertificates } from '../support/certificates.ts';
import { json, startServer } from '../support/server.ts';
import { bytesOf, failure, type Harness, harness } from './support.ts';

const there = { hostname: '127.0.0.1', port: 5000 };

/** A dialer that gives sockets that lead nowhere. */
function dialing(...sockets: readonly Socket[]): Dialer {
  const left = [...sockets];
  return { dial: () => left.shift(), close: () => {} };
}

describe('connections made ahead', () => {
  it('are given once each, to those who go there', () => {
    const [first, second] = [new Socket(), new Socket()];
    const ahead = new Preconnected(dialing(first, second), 60_000);
    ahead.open(there);
    ahead.open(there);
    expect(ahead.take({ ...there, port: 5001 })).toBeUndefined();
    expect(ahead.take({ ...there, hostname: '127.0.0.2' })).toBeUndefined();
    expect([ahead.take(there), ahead.take(there), ahead.take(there)]).toEqual([first, second, undefined]);
  });

  it('that fail are as if they had not been made', async () => {
    const socket = new Socket();
    const ahead = new Preconnected(dialing(socket), 60_000);
    ahead.open(there);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.destroy(new Error('reset'));
    await closed;
    expect(ahead.take(there)).toBeUndefined();
  });

  it('that nobody takes are closed', async () => {
    const socket = new Socket();
    const ahead = new Preconnected(dialing(socket), 1);
    ahead.open(there);
    await once(socket, 'close');
    expect(ahead.take(there)).toBeUndefined();
  });

  it('are left alone once they were taken', () => {
    const socket = new Socket();
    const ahead = new Preconnected(dialing(socket), 60_000);
    ahead.open(there);
    ahead.take(there);
    ahead.close();
    expect(socket.destroyed).toBe(false);
  });
});

describe('preconnecting', () => {
  let sender: Harness;
  let server: Server;
  let origin: string;
  let connections: number;

  beforeEach(async () => {
    sender = harness(createOneShot());
    connections = 0;
    server = createServer((_request, response) => response.end('here')).on('connection', () => {
      connections += 1;
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterEach(async () => {
    await sender.close();
    server.closeAllConnections();
    server.close();
  });

  it('makes the connection that the next request uses', async () => {
    sender.preconnect(`${origin}/Shibboleth.sso/SAML2/ECP`, {});
    await once(server, 'connection');
    expect(sender.events).toEqual([]);
    const answer = await sender.call(`${origin}/v3`, { method: 'POST', body: 'x' });
    expect((await bytesOf(answer.body)).toString()).toBe('here');
    expect(connections).toBe(1);
  });

  it('does it with TLS and its trust, too', async () => {
    const pki = makeCertificates();
    const { cert, key } = pki.issue('IP:127.0.0.1');
    const secured = await startServer(json({ ok: true }), { tls: { cert, key } });
    sender.preconnect(secured.origin, { caFile: pki.caFile });
    const answer = await sender.call(secured.origin, { connection: { caFile: pki.caFile } });
    expect(answer.status).toBe(200);
    await bytesOf(answer.body);
    expect(secured.connections()).toBe(1);
    await secured.close();
    pki.remove();
  });

  it('leaves it to the request to say that nobody is there', async () => {
    server.close();
    await once(server, 'close');
    sender.preconnect(origin, {});
    const error = await failure(sender.call(origin));
    expect(error).toBeInstanceOf(TransportError);
    expect(error).toMatchObject({ reason: 'connect' });
  });

  it('leaves it to the request to say that the URL is none', () => {
    expect(() => sender.preconnect('ftp://127.0.0.1', {})).not.toThrow();
  });

  it('ends with the sender', async () => {
    sender.preconnect(origin, {});
    const [socket] = (await once(server, 'connection')) as [Socket];
    const closed = once(socket.resume(), 'close');
    await sender.close();
    await closed;
  });
});
