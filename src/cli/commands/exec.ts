import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { type Command, Option } from 'commander';
import { UsageError } from '../../errors.ts';
import type { CommandContext } from '../command.ts';
import { printEnvironment, serveFor } from '../exec-background.ts';
import { isInsideExec } from '../exec-environment.ts';
import { homeOnlyNotice } from '../exec-home-only.ts';
import { openExecProxy } from '../exec-proxy.ts';
import { exitCodes } from '../exit-codes.ts';
import { wholeNumber } from '../option-parsers.ts';

/** What `fed exec` does not find, as shells say it; and what cannot be run. */
const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;

export function configure(command: Command): void {
  command
    .argument('[program...]', 'the program and its arguments, after --')
    .passThroughOptions()
    .addOption(new Option('--env', 'print variables for a shell instead: eval "$(fed exec --env)"'))
    .addOption(
      new Option('--for-pid <pid>', 'with --env: serve as long as this process lives (default: the shell)').argParser(
        wholeNumber,
      ),
    )
    .addOption(new Option('--strict', 'a listing that lacks a provider is an error (502)'))
    .addOption(new Option('--name-routing', 'create NAME@PROVIDER as NAME at that provider'))
    .addHelpText(
      'after',
      `
The program gets OS_AUTH_URL and your credentials, and sees the resources of all clouds as one cloud's: fed serves them
on 127.0.0.1, under a path that nobody can guess, for as long as the program runs. Its exit code is fed's. --provider and
--project narrow what it sees.

  fed exec -- openstack server list
  fed exec -- python3 script.py
  fed exec -- bash                      (a shell in which every program sees the federation)
  eval "$(fed exec --env)"              (the same for the shell you are in, until it ends)`,
    );
}

export async function run(context: CommandContext): Promise<number> {
  const { args, terminal, options } = context;
  const [program, ...rest] = args;
  if ((program === undefined) !== (options.env === true)) {
    throw new UsageError('fed exec runs a program, or prints --env.', { hint: 'fed exec -- openstack server list' });
  }
  if (isInsideExec(terminal.env)) {
    throw new UsageError('This is inside of a fed exec already: programs see the federation without another.');
  }
  if (program === undefined) {
    // The process behind it has somebody to tell.
    const isServer = process.send !== undefined && typeof options.forPid === 'number';
    return isServer ? serveFor(options.forPid as number, context) : printEnvironment(context);
  }
  const notice = context.globals.providers.length === 0 ? homeOnlyNotice(args) : undefined;
  // A script has no eyes, and its log is no place for advice.
  if (notice !== undefined && terminal.stderr.isTTY) terminal.warn(notice);
  const proxy = await openExecProxy(context);
  try {
    return await runProgram(context, [program, ...rest], proxy.env);
  } finally {
    await proxy.close();
  }
}

/** Run it with our own standard streams. @returns its exit code; 128 and the signal's number if one ended it */
function runProgram(
  { takeSignals }: CommandContext,
  [program = '', ...args]: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'inherit', env });
    // A terminal sends Ctrl-C to the program too; what is sent to fed alone is passed on, and the program decides.
    takeSignals((signal) => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
    child.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT' && error.code !== 'EACCES') return reject(error);
      process.stderr.write(`fed: ${program} ${error.code === 'ENOENT' ? 'was not found' : 'cannot be run'}.\n`);
      resolve(error.code === 'ENOENT' ? NOT_FOUND : NOT_EXECUTABLE);
    });
    child.once('exit', (code, signal) =>
      resolve(code ?? (signal === null ? exitCodes.bug : 128 + constants.signals[signal])),
    );
  });
}
