import { type Composed, compose } from '../compose.ts';
import type { Narrowing } from '../federation/roster.ts';
import type { CommandContext } from './command.ts';
import type { GlobalOptions } from './global-options.ts';
import { requestObserver } from './observe.ts';
import type { OutputDefaults } from './output-options.ts';
import { createProgress, type Progress } from './progress.ts';
import { askerOn } from './prompt.ts';
import { surroundingsOf } from './surroundings.ts';

/** A federation for the length of one command, with what every command needs around it. */
export interface Session extends Composed {
  readonly progress: Progress;
  /** What every call of the engine takes: which scopes, who is told of progress, and when to stop. */
  readonly asking: {
    readonly narrowing: Narrowing;
    readonly awaiting: (providers: readonly string[]) => void;
    readonly signal: AbortSignal;
  };
  readonly outputDefaults: OutputDefaults;
  /** Rows to ask for at once; undefined: each service's own. */
  readonly pageSize: number | undefined;
}

/** What a command's own options say instead of the settings. */
export interface SessionOverrides {
  readonly retries?: number;
  readonly connectTimeoutMs?: number;
  readonly timeoutMs?: number;
}

/** What `--provider`, `--project` and `--region` say. */
export function narrowingOf({ providers, projects, regions }: GlobalOptions): Narrowing {
  return {
    ...(providers.length > 0 && { providers }),
    ...(projects.length > 0 && { projects }),
    ...(regions.length > 0 && { regions }),
  };
}

/** @param timeoutMs 0 for none */
function withDeadline(signal: AbortSignal, timeoutMs: number): AbortSignal {
  return timeoutMs > 0 ? AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]) : signal;
}

/**
 * Open the federation that the configuration and the options describe.
 * @throws ConfigError
 */
export async function openSession(
  { terminal, globals, signal }: CommandContext,
  overrides: SessionOverrides = {},
): Promise<Session> {
  const progress = createProgress(terminal);
  const narrowing = narrowingOf(globals);
  const composed = await compose({
    ...surroundingsOf(terminal),
    options: { ...globals.account, ...(globals.insecure && { insecure: true }) },
    narrowing,
    warn: (message) => terminal.warn(message),
    outOfBounds: (message) => terminal.warn(message),
    observe: await requestObserver(terminal, globals),
    asker: () => askerOn(terminal, progress),
    ...overrides,
  });
  const { values } = composed.settings;
  return {
    ...composed,
    progress,
    asking: {
      narrowing,
      awaiting: progress.awaiting,
      signal: withDeadline(signal, overrides.timeoutMs ?? globals.timeoutMs ?? values.timeout * 1000),
    },
    outputDefaults: { format: values.format, ...(values['max-width'] > 0 && { maxWidth: values['max-width'] }) },
    pageSize: values['page-size'] > 0 ? values['page-size'] : undefined,
    close: () => {
      progress.stop();
      return composed.close();
    },
  };
}
