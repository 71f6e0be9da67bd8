import type { Command } from 'commander';
import type { ResourceType } from '../services/types.ts';
import type { GlobalOptions } from './global-options.ts';
import type { Terminal } from './terminal.ts';

/** What a command is given to work with. */
export interface CommandContext {
  readonly terminal: Terminal;
  /** Positional arguments, as the command declared them. */
  readonly args: readonly string[];
  /** The command's own options, by commander's names for them. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly globals: GlobalOptions;
  /** The resource type, for commands that are the same for every type. */
  readonly type?: ResourceType;
  /** Aborted by Ctrl-C, SIGTERM and --timeout. */
  readonly signal: AbortSignal;
  /**
   * For commands that go on until they are told to stop, or that run a program: from now on signals are theirs to
   * deal with, and the exit code is what they return; undefined gives them back.
   */
  takeSignals(handler: ((signal: NodeJS.Signals) => void) | undefined): void;
}

/** A command's module: loaded only when that command was typed. */
export interface CommandModule {
  /** Declare arguments, options and help on a fresh command. */
  configure(command: Command, type: ResourceType | undefined): void;
  /**
   * Do it.
   * @returns the exit code; an error is thrown and becomes a message and a code in one place
   */
  run(context: CommandContext): Promise<number>;
}

/** A row of the command table. */
export interface CommandEntry {
  /** As typed after `fed`. */
  readonly words: readonly string[];
  readonly summary: string;
  /** The summary of a command that is the same for every type, for one of them. */
  readonly describe?: (type: ResourceType | undefined) => string | undefined;
  /** Two or three lines to type, for its help. */
  readonly examples?: (type: ResourceType | undefined) => readonly string[];
  /** It shows its help when nothing follows it. */
  readonly helpAlone?: true;
  readonly group: 'Resources' | 'Raw calls' | 'The federation' | 'Programs' | 'fed itself';
  readonly load: () => Promise<CommandModule>;
}
