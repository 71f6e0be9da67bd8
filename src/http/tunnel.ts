import { isIP, type Socket } from 'node:net';
import type { DialTarget } from './dial-target.ts';
import type { HttpProxy } from './proxy-variables.ts';

const LARGEST_HEAD = 16 * 1024;

/**
 * Ask a proxy for a tunnel (RFC 9110 section 9.3.6) on a connection to it.
 *
 * @throws Error that says what the proxy answered
 */
export async function openTunnel(socket: Socket, target: DialTarget, proxy: HttpProxy): Promise<void> {
  const host = isIP(target.hostname) === 6 ? `[${target.hostname}]` : target.hostname;
  const authority = `${host}:${target.port}`;
  const authorization = proxy.authorization === undefined ? '' : `Proxy-Authorization: ${proxy.authorization}\r\n`;
  socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${authorization}\r\n`, 'latin1');
  const head = await readHead(socket);
  const [, status, reason = ''] = /^HTTP\/1\.[01] (\d{3}) ?([^\r]*)\r/.exec(head) ?? [];
  if (status === undefined) throw new Error('the proxy did not answer in HTTP');
  if (!status.startsWith('2')) throw new Error(`${status} ${reason}`.trim());
}

/** Everything up to the empty line; what comes behind it stays in the socket. */
function readHead(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let bytes = Buffer.alloc(0);
    const settle = (act: () => void): void => {
      socket.removeListener('readable', read).removeListener('close', closed).removeListener('end', closed);
      act();
    };
    const closed = (): void => settle(() => reject(new Error('the proxy closed the connection')));
    const read = (): void => {
      for (let chunk = socket.read() as Buffer | null; chunk !== null; chunk = socket.read() as Buffer | null) {
        bytes = Buffer.concat([bytes, chunk]);
        const end = bytes.indexOf('\r\n\r\n');
        if (end >= 0 || bytes.length > LARGEST_HEAD) {
          if (end >= 0 && bytes.length > end + 4) socket.unshift(bytes.subarray(end + 4));
          settle(() => resolve(bytes.toString('latin1', 0, end + 4)));
          return;
        }
      }
    };
    socket.on('readable', read).on('close', closed).on('end', closed).once('error', reject);
    read();
  });
}
