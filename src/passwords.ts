/** What of an account only the user can say, and is asked for when it is needed. */
import type { Account, AuthMethod } from './ports/account.ts';

/** What only the user can say: a password, or a one-time passcode. */
export type Secret = 'password' | 'passcode';

/** For whom it is: the name that the cloud has among the providers, and the user's account there. */
export interface AskedFor {
  readonly name: string;
  readonly account: Account;
}

/** @returns undefined where the user gives none */
export type Ask = (what: Secret, whom: AskedFor) => Promise<string | undefined>;

/** An account as it is completed by the user. */
export interface AskedAccount {
  /** Whether nothing that lasts is missing. */
  readonly isComplete: boolean;
  /** With the password: it opens what is remembered, too. Asked for once. @throws HomeAuthError, ProviderAuthError */
  withPassword(): Promise<Account>;
  /** With a one-time passcode, too: it is good for one authentication, and asked for each time. @throws as `withPassword` */
  complete(): Promise<Account>;
}

export interface AskOptions {
  readonly isHome: boolean;
  /** Where the account comes from. */
  readonly source: string;
  /** Gives who can be asked, once something is missing. */
  readonly asker: (() => Ask | undefined) | undefined;
}

/** Have the user complete an account. */
export function askedAccount(whom: AskedFor, options: AskOptions): AskedAccount {
  let asked: Promise<Account> | undefined;
  const obtain = async (what: Secret, account: Account): Promise<Account> => {
    if (!account.methods.some((method) => lacks(method, what))) return account;
    const ask = options.asker?.();
    const given = await ask?.(what, whom);
    if (given === undefined) {
      const { missing } = await import('./missing-password.ts');
      throw missing({ what, ...whom, ...options, isAlone: ask === undefined });
    }
    const methods = account.methods.map((method) => (lacks(method, what) ? { ...method, [what]: given } : method));
    return { ...account, methods };
  };
  const withPassword = () => {
    asked ??= obtain('password', whom.account);
    return asked;
  };
  return {
    isComplete: !whom.account.methods.some((method) => lacks(method, 'password')),
    withPassword,
    complete: async () => obtain('passcode', await withPassword()),
  };
}

/** Ask for one thing after the other: there is one terminal, and who types a password must know for which cloud. */
export function oneAfterTheOther(asker: () => Ask | undefined): () => Ask | undefined {
  let last: Promise<unknown> = Promise.resolve();
  return () => {
    const ask = asker();
    if (ask === undefined) return undefined;
    return (what, whom) => {
      const mine = last.then(() => ask(what, whom));
      last = mine.catch(() => undefined);
      return mine;
    };
  };
}

function lacks(method: AuthMethod, what: Secret): boolean {
  if (what === 'password') return method.method === 'password' && method.password === undefined;
  return method.method === 'totp' && method.passcode === undefined;
}
