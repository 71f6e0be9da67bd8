import { exitCodes } from './exit-codes.ts';
import type { Streams } from './terminal.ts';

/** This process's streams. Its output is opened when it is first used: Node loads its sockets for it. */
export class OwnStreams implements Streams {
  readonly #lost: (error: unknown) => void;
  #stdout: NodeJS.WriteStream | undefined;
  #stderr: NodeJS.WriteStream | undefined;
  #isLost = false;

  /** @param lost says that standard output cannot be written; the process ends when it has */
  constructor(lost: (error: unknown) => void) {
    this.#lost = lost;
  }

  get stdin() {
    return process.stdin;
  }

  get stdout() {
    this.#stdout ??= process.stdout.on('error', (error) => this.#end(error));
    return this.#stdout;
  }

  get stderr() {
    this.#stderr ??= process.stderr.on('error', () => {});
    return this.#stderr;
  }

  /** Whether all that was written has left the process. What did not arrive ends it: files say so only later. */
  get isDrained(): boolean {
    if (this.#stdout?.errored) this.#end(this.#stdout.errored);
    return (this.#stdout?.writableLength ?? 0) + (this.#stderr?.writableLength ?? 0) === 0;
  }

  #end(error: NodeJS.ErrnoException): void {
    // `fed list servers | head`: the reader has what it wanted.
    if (error.code === 'EPIPE') process.exit(exitCodes.pipeClosed);
    if (!this.#isLost) this.#lost(error);
    this.#isLost = true;
    process.exit(exitCodes.refused);
  }
}
