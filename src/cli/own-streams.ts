import { exitCodes } from './exit-codes.ts';
import type { Streams } from './terminal.ts';

/** This process's streams. Its output is opened when it is first used: Node loads its sockets for it. */
export class OwnStreams implements Streams {
  #stdout: NodeJS.WriteStream | undefined;
  #stderr: NodeJS.WriteStream | undefined;

  get stdin() {
    return process.stdin;
  }

  get stdout() {
    this.#stdout ??= process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
      // `fed list servers | head`: the reader has what it wanted.
      process.exit(code === 'EPIPE' ? exitCodes.pipeClosed : exitCodes.bug);
    });
    return this.#stdout;
  }

  get stderr() {
    this.#stderr ??= process.stderr.on('error', () => {});
    return this.#stderr;
  }

  /** Whether all that was written has left the process. */
  get isDrained(): boolean {
    return (this.#stdout?.writableLength ?? 0) + (this.#stderr?.writableLength ?? 0) === 0;
  }
}
