/** Clients without a token that keep as much of a server busy as they can, each in its own way. */
import { connect } from 'node:net';

const head = (...lines) => [...lines, 'Host: proxy', '', ''].join('\r\n');
const TOKENS = 'POST /identity/v3/auth/tokens HTTP/1.1';
const LARGE = 4 * 1024 * 1024;

/** What each kind sends at once, and then again and again. */
const KINDS = {
  'one byte of a body': { first: `${head(TOKENS, 'Content-Type: application/json', 'Content-Length: 1000')}{` },
  'a dripped head': { first: 'GET /healthz HTTP/1.1\r\nHost: proxy\r\nX-Part: ', drip: 'x' },
  'a dripped body': { first: head(TOKENS, 'Content-Type: application/json', 'Content-Length: 60000'), drip: ' ' },
  'most of a body': { first: `${head(TOKENS, 'Content-Length: 65536')}${' '.repeat(65_000)}` },
  '4 MB of unfinished JSON': {
    first: `${head('POST /identity/v3/users HTTP/1.1', 'Content-Type: application/json', 'Transfer-Encoding: chunked')}${LARGE.toString(16)}\r\n${' '.repeat(LARGE - 1000)}`,
  },
  idle: { first: '' },
};

const DRIP_MS = 1000;

/** So many clients, of all kinds in equal parts; who is closed comes back. @returns how to end them, and how often they came */
export function openStrangers(url, count) {
  const kinds = Object.values(KINDS);
  const { hostname, port } = new URL(url);
  const sockets = new Set();
  let isOver = false;
  let opened = 0;
  const open = ({ first, drip }) => {
    if (isOver) return;
    opened += 1;
    const socket = connect(Number(port), hostname, () => socket.write(first));
    sockets.add(socket);
    const dripping = drip === undefined ? undefined : setInterval(() => socket.write(drip), DRIP_MS);
    socket.on('error', () => {}).resume();
    socket.on('close', () => {
      clearInterval(dripping);
      sockets.delete(socket);
      setTimeout(open, DRIP_MS, { first, drip });
    });
  };
  for (let n = 0; n < count; n += 1) open(kinds[n % kinds.length]);
  return {
    kinds: Object.keys(KINDS),
    opened: () => opened,
    connected: () => sockets.size,
    close() {
      isOver = true;
      for (const socket of sockets) socket.destroy();
    },
  };
}
