import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { constants } from 'node:os';
import { type Command, Option } from 'commander';
import { type Composed, compose, composeForMany, personalStores } from '../../compose.ts';
import { needsToken, variablesOf } from '../../config/exported-variables.ts';
import { UsageError } from '../../errors.ts';
import { type RunningProxy, startProxy } from '../../proxy/server.ts';
import type { CommandContext } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { requestObserver } from '../observe.ts';
import { createProgress } from '../progress.ts';
import { askerOn } from '../prompt.ts';
import { narrowingOf } from '../session.ts';
import { surroundingsOf } from '../surroundings.ts';
import type { Environment } from '../terminal.ts';

/** Says to a fed in the program that it is inside of one already. */
const NESTED = 'FED_EXEC';

/** What `fed exec` does not find, as shells say it; and what cannot be run. */
const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;

const MAX_REQUESTS = 10_000;
const TOKEN_CHECK_MS = 60_000;

export function configure(command: Command): void {
  command
    .argument('[program...]', 'the program and its arguments, after --')
    .passThroughOptions()
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
  fed exec -- bash                      (a shell in which every program sees the federation)`,
    );
}

export async function run(context: CommandContext): Promise<number> {
  const { args, terminal, globals, options } = context;
  const [program, ...rest] = args;
  if (program === undefined) {
    throw new UsageError('fed exec runs which program?', { hint: 'fed exec -- openstack server list' });
  }
  if (terminal.env[NESTED] !== undefined) {
    throw new UsageError('This is inside of a fed exec already: programs see the federation without another.');
  }
  const warn = (message: string) => terminal.warn(message);
  const configuration = {
    ...surroundingsOf(terminal),
    options: { ...globals.account, ...(globals.insecure && { insecure: true }) },
    narrowing: narrowingOf(globals),
    warn,
  };
  const composed = await compose({ ...configuration, ask: askerOn(terminal, createProgress(terminal)) });
  const observe = await requestObserver(terminal, globals);
  const composition = await composeForMany(
    { ...configuration, warn: () => {}, observe },
    await personalStores(composed, warn),
  );
  const proxy = await startProxy({
    composition,
    host: '127.0.0.1',
    port: 0,
    prefix: `/${randomBytes(24).toString('base64url')}`,
    tokenCheckMs: TOKEN_CHECK_MS,
    strict: options.strict === true,
    nameRouting: options.nameRouting === true,
    maxRequests: MAX_REQUESTS,
  });
  try {
    return await runProgram(context, [program, ...rest], await environmentFor(terminal.env, composed, proxy));
  } finally {
    await proxy.close(0);
    await composition.close();
    await composed.close();
  }
}

/**
 * The environment without what leads elsewhere, and with what leads to the proxy. Programs that go through an HTTP proxy
 * reach this one directly.
 */
async function environmentFor(env: Environment, composed: Composed, proxy: RunningProxy): Promise<NodeJS.ProcessEnv> {
  const { account, federation } = composed;
  const token = needsToken(account) ? (await federation.token(await federation.scope())).secret : undefined;
  const kept = Object.entries(env).filter(([name]) => !name.startsWith('OS_') || /^OS_\w+_API_VERSION$/.test(name));
  const direct = [env.NO_PROXY ?? env.no_proxy, '127.0.0.1'].filter(Boolean).join(',');
  return {
    ...Object.fromEntries(kept),
    ...variablesOf(account, `${proxy.url}/identity/v3`, token),
    NO_PROXY: direct,
    no_proxy: direct,
    [NESTED]: '1',
  };
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
