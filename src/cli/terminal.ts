import { once } from 'node:events';
import { inLocale } from './locale.ts';
import { visible } from './output/visible.ts';

/** When to colour: by what the stream is and the environment says, or regardless of both. */
export type ColorChoice = 'auto' | 'always' | 'never';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where text or bytes go. */
export interface OutStream {
  readonly isTTY: boolean;
  /** The terminal's width; undefined where there is none or it does not say. */
  readonly columns: number | undefined;
  /** Whether what is written may have colours. */
  readonly color: boolean;
  readonly stream: NodeJS.WriteStream;
  /**
   * Write. Gives a promise when the reader is slower than the writer: wait for it before writing more.
   * @throws what the stream says (the promise), EPIPE above all
   */
  write(data: string | Uint8Array): Promise<void> | undefined;
}

export interface TerminalOptions {
  readonly color?: ColorChoice;
  /** No spinner and no warnings. */
  readonly quiet?: boolean;
}

/** Standard input, output and error, and what the environment says about them. */
export interface Terminal {
  readonly env: Environment;
  readonly stdin: { readonly isTTY: boolean; readonly stream: NodeJS.ReadStream };
  /** Data, and nothing else. */
  readonly stdout: OutStream;
  /** Everything for people: messages, warnings, the spinner. */
  readonly stderr: OutStream;
  readonly quiet: boolean;
  /** A line on stderr, unless quiet. Control characters in it are shown, not sent. */
  warn(message: string): void;
  /** The same streams with what the command line's options say. */
  withOptions(options: TerminalOptions): Terminal;
}

/** What a terminal is made of. */
export interface Streams {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/** A terminal of these streams. Streams are looked at when first used: opening stdin alone costs milliseconds. */
export function createTerminal(streams: Streams, env: Environment, options: TerminalOptions = {}): Terminal {
  const { color = 'auto', quiet = false } = options;
  const stderr = () => {
    const out = outStream(streams.stderr, env, color);
    return {
      ...out,
      write: (data: string | Uint8Array) => out.write(typeof data === 'string' ? inLocale(data, env) : data),
    };
  };
  return {
    env,
    get stdin() {
      return { isTTY: streams.stdin.isTTY === true, stream: streams.stdin };
    },
    get stdout() {
      return outStream(streams.stdout, env, color);
    },
    get stderr() {
      return stderr();
    },
    quiet,
    warn(message) {
      if (quiet) return;
      const out = stderr();
      out.write(`fed: ${tinted(out, 'yellow', 'warning:')} ${visible(message)}\n`);
    },
    withOptions: (more) => createTerminal(streams, env, { ...options, ...more }),
  };
}

function outStream(stream: NodeJS.WriteStream, env: Environment, choice: ColorChoice): OutStream {
  const isTTY = stream.isTTY === true;
  return {
    isTTY,
    columns: isTTY && stream.columns > 0 ? stream.columns : undefined,
    color: wantsColor(choice, isTTY, env),
    stream,
    write: (data) => (stream.write(data) ? undefined : drained(stream)),
  };
}

const TINTS = { red: 31, yellow: 33 } as const;

/** A word in a colour, where the stream has colours. */
export function tinted({ color }: OutStream, tint: keyof typeof TINTS, text: string): string {
  return color ? `\u001b[${TINTS[tint]}m${text}\u001b[39m` : text;
}

async function drained(stream: NodeJS.WriteStream): Promise<void> {
  await once(stream, 'drain');
}

/**
 * Whether to colour. `--color always` and `never` are final; then NO_COLOR (no-color.org: present and not empty)
 * beats FORCE_COLOR and CLICOLOR_FORCE, and these beat what the stream is.
 */
export function wantsColor(choice: ColorChoice, isTTY: boolean, env: Environment): boolean {
  if (choice !== 'auto') return choice === 'always';
  if (isSet(env.NO_COLOR)) return false;
  if (isOn(env.FORCE_COLOR) || isOn(env.CLICOLOR_FORCE)) return true;
  if (isOff(env.FORCE_COLOR) || isOff(env.CLICOLOR) || env.TERM === 'dumb') return false;
  return isTTY;
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}

function isOff(value: string | undefined): boolean {
  return value === '0' || value === 'false';
}

function isOn(value: string | undefined): boolean {
  return isSet(value) && !isOff(value);
}
