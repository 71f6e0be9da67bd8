import { setMaxListeners } from 'node:events';
import { fedPlaces } from '../config/paths.ts';
import { readSettings } from '../config/settings.ts';
import { isFedError, TransportError } from '../errors.ts';
import { version } from '../version.ts';
import { exitCodeOf, exitCodes } from './exit-codes.ts';
import { findCommand } from './find-command.ts';
import type { GlobalOptions } from './global-options.ts';
import { outputError } from './output-error.ts';
import { OwnStreams } from './own-streams.ts';
import { reportError } from './report.ts';
import { Signals } from './signals.ts';
import { surroundingsOf } from './surroundings.ts';
import { type ColorChoice, createTerminal, type Terminal } from './terminal.ts';

/** Run the command line of this process, and let it end with the right code. */
export async function run(): Promise<void> {
  // A federation of hundreds of clouds waits for as many answers with one signal.
  setMaxListeners(0);
  const argv = process.argv.slice(2);
  const streams = new OwnStreams((error) => {
    reportError(terminal, outputError('The output cannot be written', error), errorFormatIn(argv));
  });
  const terminal: Terminal = createTerminal(streams, process.env);
  const signals = new Signals();
  signals.listen();
  let work: Promise<unknown> = Promise.resolve();
  const code = await main(argv, terminal, signals, (begun) => {
    work = begun;
  });
  process.exitCode = signals.code ?? code;
  // At once: without it Node takes down piece by piece what the system drops as a whole.
  const leave = () => {
    if (streams.isDrained) process.exit();
  };
  work.then(leave, leave);
  // Whatever is still open (a provider that hangs) does not keep the process for longer.
  setInterval(leave, 50).unref();
}

/**
 * Run one command line.
 *
 * @param onWork is given what the command does: where it is cut short, that goes on after the end of this
 * @returns the exit code; errors were reported
 */
export async function main(
  argv: readonly string[],
  terminal: Terminal,
  signals: Signals,
  onWork: (work: Promise<unknown>) => void,
): Promise<number> {
  const { signal } = signals;
  let globals: GlobalOptions | undefined;
  try {
    const [first] = argv;
    if (first === '--version' || first === '-V' || first === 'version') {
      terminal.stdout.write(`fed ${version}\n`);
      return exitCodes.done;
    }
    if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
      const { help } = await import('./help.ts');
      return await help(terminal, first === 'help' ? argv.slice(1) : []);
    }
    const typed = findCommand(argv);
    if (typed === undefined) return await withoutCommand(argv, terminal);
    if (typed.entry.helpAlone && typed.rest.length === 0) return await (await import('./help.ts')).help(terminal, argv);
    const [{ parseCommand }, module] = await Promise.all([import('./parse-command.ts'), typed.entry.load()]);
    const parsed = await parseCommand(typed, module, terminal);
    if (parsed === undefined) return exitCodes.done;
    globals = parsed.globals;
    const { args, options } = parsed;
    const work = module.run({
      terminal: terminal.withOptions({ color: globals.color ?? colorSetting(terminal), quiet: globals.quiet }),
      args,
      options,
      globals,
      takeSignals: (handler) => signals.takeOver(handler),
      signal: globals.timeoutMs ? AbortSignal.any([signal, AbortSignal.timeout(globals.timeoutMs)]) : signal,
      ...(typed.type !== undefined && { type: typed.type }),
    });
    onWork(work);
    return await Promise.race([work, stopped(signal, globals.timeoutMs)]);
  } catch (error) {
    if (signal.aborted) return exitCodes.interrupted;
    const shown = terminal.withOptions({ color: globals?.color ?? colorSetting(terminal) });
    reportError(shown, asReported(error, globals), globals?.errorFormat ?? errorFormatIn(argv));
    return exitCodeOf(asReported(error, globals));
  }
}

/** Help where the words are the beginning of commands. @throws UsageError */
async function withoutCommand(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { helpByHabit } = await import('./help.ts');
  const code = await helpByHabit(terminal, argv);
  if (code !== undefined) return code;
  const { unknownCommand } = await import('./unknown-command.ts');
  throw unknownCommand(argv);
}

/** How long a command has after its deadline to print what it has. */
const GRACE_MS = 1000;

/** Fails when the user interrupts, and some time after the deadline: whatever hangs then is left behind. */
function stopped(signal: AbortSignal, timeoutMs: number | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    if (!timeoutMs) return;
    setTimeout(() => reject(new DOMException('too late', 'TimeoutError')), timeoutMs + GRACE_MS).unref();
  });
}

/** A settings file with faults in it is for the command to complain about, if it needs one. */
function colorSetting(terminal: Terminal): ColorChoice {
  try {
    return readSettings(fedPlaces(surroundingsOf(terminal)).configDirectory, terminal.env).values.color;
  } catch (error) {
    if (isFedError(error)) return 'auto';
    throw error;
  }
}

function asReported(error: unknown, globals: GlobalOptions | undefined): unknown {
  const isTimeout = error instanceof DOMException && error.name === 'TimeoutError';
  if (!isTimeout) return error;
  const seconds = (globals?.timeoutMs ?? 0) / 1000;
  return new TransportError(`The command did not finish within ${seconds} s (--timeout).`, {
    provider: 'all',
    reason: 'timeout',
    url: '',
    cause: error,
  });
}

/** Errors before the options are parsed are reported as the options will say. */
function errorFormatIn(argv: readonly string[]): 'text' | 'json' {
  return argv.some((arg, at) => arg === '--error-format=json' || (arg === 'json' && argv[at - 1] === '--error-format'))
    ? 'json'
    : 'text';
}
