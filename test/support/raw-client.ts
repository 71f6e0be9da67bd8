/** A client that sends what a test says, byte by byte, and keeps what it is answered. */
import { connect, type Socket } from 'node:net';

export interface RawClient {
  readonly socket: Socket;
  /** What came so far, a character for each byte. */
  readonly said: () => string;
  send(text: string): void;
  /** All that came, when the other side has closed. */
  readonly closed: Promise<string>;
}

export async function rawClient(url: string, first = ''): Promise<RawClient> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let said = '';
  socket.setEncoding('latin1').on('data', (text: string) => {
    said += text;
  });
  const closed = new Promise<string>((resolve) => {
    socket.on('error', () => {}).on('close', () => resolve(said));
  });
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  if (first !== '') socket.write(first, 'latin1');
  return { socket, said: () => said, send: (text) => void socket.write(text, 'latin1'), closed };
}

/** The head of a request with these lines after the first. */
export function headOf(first: string, ...lines: readonly string[]): string {
  return [`${first} HTTP/1.1`, 'Host: proxy', ...lines, '', ''].join('\r\n');
}
