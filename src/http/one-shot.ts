import type { ClientRequest, IncomingMessage, Agent as NodeAgent } from 'node:http';
import { finished } from 'node:stream';
import type { Taker } from '../ports/http.ts';
import { connected, type Dialer } from './dial.ts';
import type { DialTarget } from './dial-target.ts';
import { Intake, intakeOf } from './intake.ts';
import { Pieces } from './pieces.ts';
import { Preconnected } from './preconnected.ts';
import { type Engine, pairsOf, type WireRequest, type WireResponse } from './wire.ts';

/**
 * The engine on `node:http` and `node:https`: nothing to load beyond what Node brings, and so what a command that
 * makes one request wants.
 */
export function createOneShot(): Engine {
  const agents = new Map<Dialer, NodeAgent>();
  const preconnected = new Map<Dialer, Preconnected>();
  // Loaded in the first pause that the process makes: a command waits for the key of its tokens before it asks anybody.
  setImmediate(() => void client(false)).unref();

  async function exchange(wire: WireRequest): Promise<WireResponse> {
    const http = await client(wire.to.secure);
    const agent = agents.get(wire.dialer) ?? dialingAgent(http, wire.dialer, aheadFor(wire.dialer));
    agents.set(wire.dialer, agent);
    const request = http.request({
      agent,
      protocol: wire.to.secure ? 'https:' : 'http:',
      hostname: wire.to.hostname,
      port: wire.to.port,
      method: wire.to.method,
      path: wire.to.path,
      headers: headersOf(wire).flat(),
      setHost: false,
    });
    return answerTo(request, wire);
  }

  function aheadFor(dialer: Dialer): Preconnected {
    const known = preconnected.get(dialer) ?? new Preconnected(dialer, IDLE_CONNECTION_MS);
    preconnected.set(dialer, known);
    return known;
  }

  return {
    exchange,
    preconnect: (target, dialer) => aheadFor(dialer).open(target),
    close() {
      for (const ahead of preconnected.values()) ahead.close();
      preconnected.clear();
      for (const agent of agents.values()) agent.destroy();
      agents.clear();
      return Promise.resolve();
    },
  };
}

type Client = typeof import('node:http') | typeof import('node:https');
let plain: Promise<Client> | undefined;
let secured: Promise<Client> | undefined;

/** Node's module, loaded when it is first used. */
function client(secure: boolean): Promise<Client> {
  if (secure) {
    secured ??= import('node:https').then(({ default: https }) => https);
    return secured;
  }
  plain ??= import('node:http').then(({ default: http }) => http);
  return plain;
}

/** Idle connections are closed before common servers do it (Apache: 5 s), and never keep the process running. */
const IDLE_CONNECTION_MS = 4_000;

function dialingAgent(http: { Agent: typeof NodeAgent }, dialer: Dialer, ahead: Preconnected): NodeAgent {
  const agent = new http.Agent({ keepAlive: true, timeout: IDLE_CONNECTION_MS });
  // Node's callback takes an error or a connection; its type wants a connection in any case.
  agent.createConnection = ({ hostname, port }, callback) => {
    const target: DialTarget = { hostname: hostname ?? '', port: Number(port) };
    return ahead.take(target) ?? dialer.dial(target, callback as Parameters<Dialer['dial']>[1], new Intake());
  };
  return agent;
}

function headersOf(wire: WireRequest): [string, string][] {
  const headers: [string, string][] = [
    ['Host', wire.to.host],
    ...wire.to.headers.map(([name, value]): [string, string] => [name, value]),
  ];
  if (wire.length !== undefined) headers.push(['Content-Length', String(wire.length)]);
  else if (wire.body !== undefined) headers.push(['Transfer-Encoding', 'chunked']);
  return headers;
}

function answerTo(request: ClientRequest, wire: WireRequest): Promise<WireResponse> {
  return new Promise((resolve, reject) => {
    wire.stop.whenStopped((reason) => {
      request.destroy();
      reject(reason);
    });
    request.on('error', reject);
    request.on('upgrade', (_answer, socket) => {
      socket.destroy();
      reject(new Error('the server switched protocols without being asked'));
    });
    request.on('response', (answer) => resolve(responseOf(request, answer)));
    if (wire.body === undefined) request.end();
    else upload(request, wire.body).catch((error: Error) => request.destroy(error));
  });
}

function responseOf(request: ClientRequest, answer: IncomingMessage): WireResponse {
  // A connection on which the request was not sent to its end can carry no other.
  answer.once('end', () => {
    if (!request.writableEnded) request.destroy();
  });
  const intake = intakeOf(request.socket);
  return {
    status: answer.statusCode ?? 0,
    statusText: answer.statusMessage ?? '',
    headers: pairsOf(answer.rawHeaders),
    body: new Pieces(answer),
    ...(intake !== undefined && { pour: (length, take) => pour(answer, intake, length, take) }),
    flow(sink) {
      finished(answer, (error) => (error ? sink.failed(error) : sink.end()));
      answer.on('data', (chunk: Uint8Array) => {
        if (!sink.data(chunk)) answer.pause();
      });
      return () => void answer.resume();
    },
    abandon() {
      answer.on('error', () => {});
      request.destroy();
    },
  };
}

/** What the parser has taken apart already, and then the rest as it comes from the connection. */
function pour(answer: IncomingMessage, intake: Intake, length: number, take: Taker): Promise<void> {
  return new Promise((resolve, reject) => {
    finished(answer, (error) => reject(error ?? new Error('the answer ended early')));
    const parsed = parsedOf(answer);
    const rest = parsed.reduce((left, { byteLength }) => left - byteLength, length);
    intake.turnAside(take, parsed, rest).then(resolve, reject);
  });
}

function parsedOf(answer: IncomingMessage): Buffer[] {
  const pieces: Buffer[] = [];
  do {
    for (let piece: Buffer | null = answer.read(); piece !== null; piece = answer.read()) pieces.push(piece);
    // What the connection's stream holds goes through the parser, and so becomes part of the answer.
  } while (answer.socket.read() !== null);
  return pieces;
}

async function upload(request: ClientRequest, body: AsyncIterable<Uint8Array>): Promise<void> {
  // Nothing is taken from a body that cannot be sent.
  await new Promise<void>((resolve) => {
    request.once('socket', (socket) => void connected(socket).then(resolve));
  });
  for await (const chunk of body) {
    if (request.destroyed) return;
    if (!request.write(chunk)) await drained(request);
  }
  request.end();
}

function drained(request: ClientRequest): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      request.removeListener('drain', done).removeListener('close', done);
      resolve();
    };
    request.on('drain', done).on('close', done);
  });
}
