import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { memcachedServer } from '../../../src/store/shared/memcached.ts';
import { MemcachedReplies, type MemcachedReply } from '../../../src/store/shared/memcached-replies.ts';

const answers =
  'VALUE one 0 9\r\nEND\r\nEND\r\n\r\nVALUE two 7 0\r\n\r\nEND\r\nSTORED\r\nEND\r\nNOT_FOUND\r\nSERVER_ERROR object too large for cache\r\nERROR\r\n';
const expected: MemcachedReply[] = [
  {
    kind: 'values',
    values: new Map([
      ['one', Buffer.from('END\r\nEND\r')],
      ['two', Buffer.from('')],
    ]),
  },
  { kind: 'word', word: 'STORED' },
  { kind: 'values', values: new Map() },
  { kind: 'word', word: 'NOT_FOUND' },
  { kind: 'error', word: 'SERVER_ERROR', text: 'object too large for cache' },
  { kind: 'error', word: 'ERROR', text: '' },
];

describe('answers of memcached', () => {
  // 'one' is 9 bytes that look like the end of an answer.
  const sent = Buffer.from(answers.replace('END\r\nEND\r\n\r\n', 'END\r\nEND\r\r\n'), 'latin1');

  it.each([1, 2, 3, 7, 1000])('are read in pieces of %i bytes', (size) => {
    const replies = new MemcachedReplies();
    const read: MemcachedReply[] = [];
    for (let start = 0; start < sent.length; start += size)
      read.push(...replies.take(sent.subarray(start, start + size)));
    expect(read).toEqual(expected);
  });

  it.each([
    ['another protocol', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
    ['a line without an end', 'x'.repeat(3000)],
    ['a value that is longer than announced', 'VALUE one 0 1\r\nab\r\nEND\r\n'],
    ['a value of a huge size', 'VALUE one 0 999999999\r\n'],
    ['a value without a size', 'VALUE one\r\n'],
    ['nothing but zeros', '\0'.repeat(4096)],
  ])('are given up with %s', (_, garbage) => {
    expect(() => new MemcachedReplies().take(Buffer.from(garbage, 'latin1'))).toThrow(/memcached/);
  });
});

describe('a connection to memcached', () => {
  const servers: Server[] = [];
  const sockets = new Set<Socket>();
  afterEach(() => {
    for (const socket of sockets) socket.destroy();
    for (const server of servers.splice(0)) server.close();
  });

  /** Something that answers each connection in its own way. */
  async function serve(answer: (socket: Socket, connection: number) => void): Promise<number> {
    let connections = 0;
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      connections += 1;
      answer(socket, connections);
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  it.each([
    ['another protocol', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
    ['the answer to something else', 'STORED\r\n'],
    ['more answers than questions', 'VALUE key 0 1\r\n1\r\nEND\r\nEND\r\n'],
    ['an error', 'SERVER_ERROR out of order\r\n'],
  ])('is given up after %s, and the next call makes another', async (_, said) => {
    const port = await serve((socket, connection) => {
      socket.on('data', () => socket.write(connection === 1 ? said : 'END\r\n', 'latin1'));
    });
    const server = memcachedServer({ host: '127.0.0.1', port });
    await server.get(['key']).catch((error: unknown) => expect(String(error)).toMatch(/memcached/));
    // With a late answer to it the first call may have been right.
    let answer: unknown;
    for (let attempt = 0; attempt < 20 && answer === undefined; attempt += 1) {
      answer = await server.get(['key']).catch(() => undefined);
    }
    expect(answer).toEqual([undefined]);
    server.close();
  });

  it('can be to a socket in the file system', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fed-memcached-'));
    const path = join(folder, 'memcached.sock');
    const server = createServer((socket) => socket.on('data', () => socket.write('VALUE key 0 1\r\n1\r\nEND\r\n')));
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(path, resolve));
    const memcached = memcachedServer({ path });
    expect(await memcached.get(['key'])).toEqual([Buffer.from('1')]);
    memcached.close();
    rmSync(folder, { recursive: true });
  });

  it('that ends fails whatever waits for an answer, with the reason', async () => {
    const port = await serve((socket) => socket.once('data', () => socket.destroy()));
    const server = memcachedServer({ host: '127.0.0.1', port });
    const all = await Promise.allSettled([server.get(['a']), server.delete(['b'])]);
    expect(all.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    server.close();
  });

  it('that is refused fails with the reason', async () => {
    const port = await serve(() => undefined);
    const [listening] = servers.splice(0);
    await new Promise((resolve) => listening?.close(resolve));
    await expect(memcachedServer({ host: '127.0.0.1', port }).get(['a'])).rejects.toThrow(/ECONNREFUSED/);
  });

  it('asks for many keys in lines of moderate length, and gives values in the order of the keys', async () => {
    const lines: string[] = [];
    const port = await serve((socket) => {
      socket.setEncoding('latin1').on('data', (text) => {
        for (const line of String(text).split('\r\n').filter(Boolean)) {
          lines.push(line);
          const [, last = ''] = / (\S+)$/.exec(line) ?? [];
          socket.write(`VALUE ${last} 0 ${last.length}\r\n${last}\r\nEND\r\n`);
        }
      });
    });
    const server = memcachedServer({ host: '127.0.0.1', port });
    const keys = Array.from({ length: 65 }, (_, index) => `fed:${String(index).padStart(43, '0')}`);
    const values = await server.get(keys);
    expect(lines).toHaveLength(4);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(1024);
    expect(values.flatMap((value, at) => (value === undefined ? [] : [`${at} ${value.toString().slice(-2)}`]))).toEqual(
      ['19 19', '39 39', '59 59', '64 64'],
    );
    server.close();
  });
});
