/**
 * A server that gives as many bytes as one asks for (`?bytes=`) and takes whatever is sent, as fast as Node can.
 *
 * usage: node peer.mjs     prints its port
 */
import { createServer } from 'node:http';

const piece = Buffer.alloc(256 * 1024, 'fed ');

const server = createServer((request, response) => {
  if (request.method === 'PUT') {
    request.on('data', () => {});
    request.on('end', () => response.writeHead(204).end());
    return;
  }
  let left = Number(new URL(request.url, 'http://x').searchParams.get('bytes'));
  response.writeHead(200, { 'Content-Type': 'application/octet-stream', 'Content-Length': left });
  const more = () => {
    while (left > 0) {
      const next = left < piece.length ? piece.subarray(0, left) : piece;
      left -= next.length;
      if (!response.write(next)) return response.once('drain', more);
    }
    response.end();
  };
  more();
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));
