import { Writable } from 'node:stream';
import { createTerminal, type Environment, type Terminal, type TerminalOptions } from '../../src/cli/terminal.ts';

export interface FakeTerminalOptions extends TerminalOptions {
  /** Whether stdout, stderr and stdin are terminals. Default: none is. */
  readonly tty?: boolean;
  readonly stdoutTTY?: boolean;
  readonly stderrTTY?: boolean;
  readonly stdinTTY?: boolean;
  /** Of the terminal. Default 80. */
  readonly columns?: number;
  readonly env?: Environment;
  /** The reader: called for everything that is written, in order; while it has not ended, writers have to wait. */
  readonly onWrite?: (text: string) => void | Promise<void>;
}

/** A terminal that keeps what is written to it. */
export interface FakeTerminal extends Terminal {
  /** What stdout got, as text. */
  readonly out: string;
  /** What stderr got. */
  readonly err: string;
  /** How often stdout was written to. */
  readonly writes: number;
}

class Collector extends Writable {
  readonly isTTY: boolean;
  readonly columns: number;
  readonly #onWrite: (text: string) => void | Promise<void>;
  text = '';
  writes = 0;

  constructor(isTTY: boolean, columns: number, onWrite: (text: string) => void | Promise<void>) {
    super({ highWaterMark: 16 * 1024 });
    this.isTTY = isTTY;
    this.columns = columns;
    this.#onWrite = onWrite;
  }

  /** What is written is kept at once, while the reader (`onWrite`) takes its time. */
  override write(chunk: string | Uint8Array, ...more: readonly unknown[]): boolean {
    this.text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
    this.writes += 1;
    const callback = more.find((each) => typeof each === 'function');
    return super.write(chunk, callback as ((error?: Error | null) => void) | undefined);
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    Promise.resolve(this.#onWrite(chunk.toString('utf8'))).then(() => done(), done);
  }

  /** What a spinner does to a real terminal, in words. */
  cursorTo(): boolean {
    return this.write('<start of line>');
  }

  moveCursor(): boolean {
    return this.write('<up>');
  }

  clearLine(): boolean {
    return this.write('<clear line>');
  }
}

/** Make one. Its environment is empty unless given. */
export function fakeTerminal(options: FakeTerminalOptions = {}): FakeTerminal {
  const { tty = false, columns = 80, env = {}, onWrite = () => {} } = options;
  const stdout = new Collector(options.stdoutTTY ?? tty, columns, onWrite);
  const stderr = new Collector(options.stderrTTY ?? tty, columns, onWrite);
  const stdin = { isTTY: options.stdinTTY ?? tty };
  const terminal = createTerminal(
    {
      stdin: stdin as NodeJS.ReadStream,
      stdout: stdout as unknown as NodeJS.WriteStream,
      stderr: stderr as unknown as NodeJS.WriteStream,
    },
    env,
    options,
  );
  return Object.defineProperties(terminal, {
    out: { get: () => stdout.text },
    err: { get: () => stderr.text },
    writes: { get: () => stdout.writes },
  }) as FakeTerminal;
}
