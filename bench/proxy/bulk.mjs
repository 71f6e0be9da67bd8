/**
 * An image service for bodies of any size: takes what is uploaded and throws it away, and gives as many bytes of an
 * image as its id says. Raw sockets, as it must cost less than what is measured. Prints its address.
 */
import { createServer } from 'node:net';

const CHUNK = Buffer.alloc(1024 * 1024, 'x');

createServer((socket) => {
  let head = '';
  /** Bytes of a body that are still to come. */
  let awaited = 0;
  socket.on('error', () => socket.destroy());
  socket.on('data', (data) => {
    if (awaited > 0) return taken(data.byteLength);
    head += data.toString('latin1');
    const end = head.indexOf('\r\n\r\n');
    if (end === -1) return;
    const early = head.length - end - 4;
    const [, method, id, rest = ''] = /^(\w+) \/image\/v2\/images\/([\w-]+)(\/file)?/.exec(head) ?? [];
    if (method === 'GET' && rest === '/file') give(socket, Number(id.slice(-12)));
    else if (method === 'PUT') {
      awaited = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (/\r\nexpect: 100-continue/i.test(head)) socket.write('HTTP/1.1 100 Continue\r\n\r\n');
      taken(early);
    } else answer(socket, 200, JSON.stringify({ id, status: 'active' }));
    head = '';
  });
  function taken(bytes) {
    awaited -= bytes;
    if (awaited === 0) socket.write('HTTP/1.1 204 No Content\r\n\r\n');
  }
}).listen(0, '127.0.0.1', function () {
  process.stdout.write(`http://127.0.0.1:${this.address().port}\n`);
});

function answer(socket, status, body) {
  socket.write(
    `HTTP/1.1 ${status} OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
}

function give(socket, bytes) {
  socket.write(`HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: ${bytes}\r\n\r\n`);
  let left = bytes;
  const more = () => {
    while (left > 0 && !socket.destroyed) {
      const piece = left < CHUNK.byteLength ? CHUNK.subarray(0, left) : CHUNK;
      left -= piece.byteLength;
      if (!socket.write(piece)) return;
    }
    socket.off('drain', more);
  };
  socket.on('drain', more);
  more();
}
