import type { OnReadOpts, Socket } from 'node:net';
import type { Taker } from '../ports/http.ts';

/** What Node reads at once itself. More was measured to be slower: it is what the processor's caches hold. */
const READ_AT_ONCE = 64 * 1024;

/**
 * What all connections together read at once, as far as each of them gets `LEAST_AT_ONCE`: what their streams are given
 * stays in memory until the garbage collector comes, which is long after it was taken.
 */
const READ_TOGETHER = 1024 * 1024;
const LEAST_AT_ONCE = 16 * 1024;

const intakes = new WeakMap<Socket, Intake>();

/** Connections that are open. */
let open = 0;

/** Memory for whatever is taken out of it before anything else is read. */
let passing: Uint8Array | undefined;

/** Undefined for a connection that was made without one. */
export function intakeOf(socket: Socket | null): Intake | undefined {
  return socket === null ? undefined : intakes.get(socket);
}

/**
 * Stands between a connection and the stream that is made of it: what arrives goes to the stream, until it is turned
 * aside. Node reads into new memory each time, and its HTTP parser copies every piece of a body into more of it, which
 * is most of the work of a large download.
 */
export class Intake {
  /** For `net.connect`. */
  readonly onread: OnReadOpts = {
    buffer: () => this.#own ?? sharedMemory(this.#socket === undefined ? LEAST_AT_ONCE : READ_TOGETHER / open),
    callback: (length, memory) => this.#arrived(memory, length),
  };
  /** Memory for what is turned aside. */
  #own: Uint8Array | undefined;
  #socket: Socket | undefined;
  #aside: ((arrived: Uint8Array) => boolean) | undefined;

  attach(socket: Socket): void {
    this.#socket = socket;
    intakes.set(socket, this);
    open += 1;
    socket.once('close', () => {
      open -= 1;
    });
  }

  /**
   * From now on nothing reaches the stream any more but its end: `first`, and then the next `length` bytes that arrive,
   * are given to `take`. The connection is of no other use afterwards.
   *
   * @returns never fulfilled when the connection ends before that; rejected with what `take` throws
   */
  async turnAside(take: Taker, first: readonly Uint8Array[], length: number): Promise<void> {
    const socket = this.#socket;
    this.#own = Buffer.allocUnsafeSlow(READ_AT_ONCE);
    const rest = new Promise<void>((resolve, reject) => {
      this.#aside = giving(take, length, { resolve, reject, resume: () => socket?.resume() });
    });
    socket?.pause();
    for (const piece of first) await take(piece);
    if (length === 0) return;
    socket?.resume();
    await rest;
  }

  /** @returns whether more may be read at once */
  #arrived(memory: Uint8Array, length: number): boolean {
    const arrived = memory.subarray(0, length);
    // The stream keeps what it is given, and so may who takes it: not what is in memory that others read into.
    if (this.#aside !== undefined) return this.#aside(memory === this.#own ? arrived : Buffer.from(arrived));
    return this.#socket?.push(Buffer.from(arrived)) ?? false;
  }
}

interface Course {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
  readonly resume: () => void;
}

function giving(take: Taker, length: number, { resolve, reject, resume }: Course): (arrived: Uint8Array) => boolean {
  let left = length;

  function taken(): void {
    if (left === 0) resolve();
    else resume();
  }

  return (arrived) => {
    const piece = arrived.subarray(0, left);
    left -= piece.byteLength;
    try {
      const waiting = take(piece);
      if (waiting === undefined && left > 0) return true;
      if (waiting === undefined) resolve();
      else waiting.then(taken, reject);
    } catch (error) {
      reject(error as Error);
    }
    return false;
  };
}

/** The first that comes is kept small: the sooner whoever waits for it has something to begin with. */
function sharedMemory(size: number): Uint8Array {
  passing ??= Buffer.allocUnsafeSlow(READ_AT_ONCE);
  return passing.subarray(0, Math.max(LEAST_AT_ONCE, size));
}
