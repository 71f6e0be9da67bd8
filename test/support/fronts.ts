/** Stands before every cloud of a sandbox and changes what the clouds answer: for clouds that the sandbox cannot play. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Sandbox } from '../../src/sandbox/api.ts';

/** One answer of a cloud in JSON, on its way to who asked. */
export interface Passing {
  readonly cloud: string;
  /** `GET /identity/v3/auth/projects`. */
  readonly asked: string;
  /** To be changed in place. */
  readonly json: unknown;
}

export interface Fronts {
  /** Identity of the cloud, as it is reached here. */
  authUrl(cloud: string): string;
  close(): Promise<void>;
}

export async function startFronts(sandbox: Sandbox, change: (passing: Passing) => void): Promise<Fronts> {
  const origins = new Map(sandbox.clouds.map(({ name, url }) => [name, url]));
  const places = new Map<string, string>();
  const translate = (text: string, from: Map<string, string>, to: Map<string, string>) =>
    [...from].reduce((said, [name, origin]) => said.replaceAll(origin, to.get(name) ?? origin), text);
  const servers = await Promise.all(
    [...origins].map(async ([cloud, origin]) => {
      const server = http.createServer((request, response) => void pass(cloud, origin, request, response));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      places.set(cloud, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
      return server;
    }),
  );

  async function pass(cloud: string, origin: string, request: http.IncomingMessage, response: http.ServerResponse) {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const sent = Buffer.concat(chunks);
    // What home has signed must arrive as it is.
    const isSigned = /xml/.test(request.headers['content-type'] ?? '');
    const body = isSigned ? sent : Buffer.from(translate(sent.toString(), places, origins));
    const headers = { ...request.headers, host: new URL(origin).host, 'content-length': String(body.length) };
    const onward = http.request(`${origin}${request.url}`, { method: request.method ?? 'GET', headers });
    onward.end(body);
    const answer = await new Promise<http.IncomingMessage>((resolve) => onward.once('response', resolve));
    const pieces: Buffer[] = [];
    for await (const piece of answer) pieces.push(piece as Buffer);
    let bytes = Buffer.concat(pieces);
    if (/json/.test(answer.headers['content-type'] ?? '') && bytes.length > 0) {
      const json: unknown = JSON.parse(translate(bytes.toString(), origins, places));
      change({ cloud, asked: `${request.method} ${request.url}`, json });
      bytes = Buffer.from(JSON.stringify(json));
    }
    for (const [name, value = ''] of Object.entries(answer.headers)) {
      if (/^(content-length|transfer-encoding|connection)$/.test(name)) continue;
      const values = [value].flat().map((each) => translate(each, origins, places));
      response.setHeader(name, values.length === 1 ? (values[0] ?? '') : values);
    }
    response.writeHead(answer.statusCode ?? 502, { 'content-length': bytes.length });
    response.end(request.method === 'HEAD' ? undefined : bytes);
  }

  return {
    authUrl: (cloud) => (sandbox.cloud(cloud).authUrl ?? '').replace(origins.get(cloud) ?? '', places.get(cloud) ?? ''),
    close: async () => {
      await Promise.all(
        servers.map((server) => {
          server.closeAllConnections();
          return new Promise((resolve) => server.close(resolve));
        }),
      );
    },
  };
}
