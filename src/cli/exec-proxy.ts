import { randomBytes } from 'node:crypto';
import { compose, composeForMany, personalStores } from '../compose.ts';
import { resolveAccount } from '../config/account.ts';
import { clientVariables } from '../config/client-keys.ts';
import { needsToken, variablesOf } from '../config/exported-variables.ts';
import type { Unsaid } from '../errors.ts';
import { allUnsaid } from '../federation/outcome.ts';
import { startProxy } from '../proxy/server.ts';
import type { CommandContext } from './command.ts';
import { writeExecClouds } from './exec-clouds.ts';
import { makeExecFolder } from './exec-folder.ts';
import { environmentInside } from './exec-inside.ts';
import { requestObserver } from './observe.ts';
import { createProgress } from './progress.ts';
import { askerOn } from './prompt.ts';
import { narrowingOf } from './session.ts';
import { surroundingsOf } from './surroundings.ts';

const MAX_REQUESTS = 10_000;
const TOKEN_CHECK_MS = 60_000;

/** A proxy for one user's programs on this machine, and the environment that leads to it. */
export interface ExecProxy {
  readonly env: Record<string, string>;
  close(): Promise<void>;
}

/**
 * Serve the user's federation on loopback, under a path that nobody can guess.
 * @throws ConfigError; HomeAuthError where the user's credentials must be used at once
 */
export async function openExecProxy(context: CommandContext): Promise<ExecProxy> {
  const { terminal, globals, options } = context;
  const warn = (message: string) => terminal.warn(message);
  const configuration = {
    ...surroundingsOf(terminal),
    options: { ...globals.account, ...(globals.insecure && { insecure: true }) },
    narrowing: narrowingOf(globals),
  };
  const progress = createProgress(terminal);
  const asker = () => askerOn(terminal, progress);
  const resolved = await resolveAccount(configuration);
  const composed = await compose({ ...configuration, account: resolved, warn, outOfBounds: warn, asker });
  const composition = await composeForMany(
    // What there is to warn of was said above.
    { ...configuration, warn: () => {}, outOfBounds: warn, observe: await requestObserver(terminal, globals) },
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
    // A program that is told home's region finds the others by their names.
    offersRegions: composed.account.region !== undefined,
    maxRequests: MAX_REQUESTS,
    incomplete: warnOnce(warn),
  });
  const folder = makeExecFolder(terminal.env);
  const close = async () => {
    folder.remove();
    await proxy.close(0);
    await composition.close();
    await composed.close();
  };
  try {
    const { federation } = composed;
    const account = await composed.withPassword();
    const token = needsToken(account) ? (await federation.token(await federation.scope())).secret : undefined;
    const variables = variablesOf(account, `${proxy.url}/identity/v3`, token);
    const { entry } = resolved;
    const clouds = writeExecClouds({ entry, variables }, folder);
    const ofEntry = entry === undefined ? {} : clientVariables(entry.raw);
    return { env: environmentInside(terminal.env, { ...ofEntry, ...variables, ...clouds }, folder), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A program asks for many listings, and what a provider cannot say about one it mostly cannot say about any. */
function warnOnce(warn: (message: string) => void): (missing: readonly Unsaid[]) => void {
  const told = new Set<string>();
  return (missing) => {
    const news = missing.filter(({ provider }) => !told.has(provider));
    for (const { provider } of news) told.add(provider);
    if (news.length > 0)
      warn(`The program's listings are incomplete: ${allUnsaid(news)}. With --strict that is an error.`);
  };
}
