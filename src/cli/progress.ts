import type { Ora } from 'ora';
import { isUnicode } from './locale.ts';
import { visible } from './output/visible.ts';
import type { Terminal } from './terminal.ts';

/** Tells people on a terminal which providers the command still waits for. */
export interface Progress {
  /** The providers that have not answered yet. None: there is nothing to wait for (now). */
  readonly awaiting: (providers: readonly string[]) => void;
  /** Off the line now, back with the next turn: before rows are printed in the middle of the wait. */
  readonly clear: () => void;
  /** Off the line while the user is asked something. @returns what lets it come back */
  readonly pause: () => () => void;
  /** No more of it: always in the end, as a spinner keeps the process alive. */
  readonly stop: () => void;
}

export interface ProgressOptions {
  /** Milliseconds that a command may take without a word. Default 200. */
  readonly delayMs?: number;
}

/** Names that fit a line. */
const MOST_NAMES = 5;

/**
 * A spinner on stderr, or nothing at all where stderr is no terminal (or a dumb one), in CI and when quiet. ora is
 * loaded only if the wait is long enough to show it. While it spins, ora clears its line before anything else is
 * written to the terminal. Whether stderr is a terminal is looked at when there is something to wait for.
 */
export function createProgress(terminal: Terminal, { delayMs = 200 }: ProgressOptions = {}): Progress {
  let awaited: readonly string[] = [];
  let timer: NodeJS.Timeout | undefined;
  let pauses = 0;
  let spinner: Pick<Ora, 'text' | 'start' | 'clear' | 'stop'> | undefined;

  async function show(): Promise<void> {
    const { default: ora } = await import('ora');
    if (awaited.length === 0 || spinner !== undefined || pauses > 0) return;
    const { stderr } = terminal;
    spinner = ora({
      stream: stderr.stream,
      text: textOf(awaited),
      ...(!isUnicode(terminal.env) && { spinner: 'line' as const }),
      color: stderr.color ? 'cyan' : false,
      isEnabled: true,
      discardStdin: false,
    });
    spinner.start();
  }

  function takeAway(): void {
    clearTimeout(timer);
    timer = undefined;
    spinner?.stop();
    spinner = undefined;
  }

  function stop(): void {
    awaited = [];
    takeAway();
  }

  function pause(): () => void {
    pauses += 1;
    takeAway();
    return () => {
      pauses -= 1;
      awaiting(awaited);
    };
  }

  function awaiting(providers: readonly string[]): void {
    if (providers.length === 0) {
      stop();
      return;
    }
    awaited = [...providers];
    if (spinner !== undefined) spinner.text = textOf(awaited);
    else if (pauses === 0 && canShow(terminal)) timer ??= setTimeout(() => void show(), delayMs).unref();
  }

  return { awaiting, clear: () => void spinner?.clear(), pause, stop };
}

/** On a terminal that says no width ora would clear its line for ever. */
function canShow(terminal: Terminal): boolean {
  const { env, quiet } = terminal;
  return !quiet && env.TERM !== 'dumb' && (env.CI ?? '') === '' && terminal.stderr.columns !== undefined;
}

function textOf(providers: readonly string[]): string {
  const names = providers.slice(0, MOST_NAMES).map(visible).join(', ');
  const more = providers.length - MOST_NAMES;
  return `waiting for ${names}${more > 0 ? ` and ${more} more` : ''}`;
}
