import { type FedError, HomeAuthError, ProviderAuthError } from './errors.ts';
import type { Account } from './ports/account.ts';

interface Missing {
  readonly what: 'password' | 'passcode';
  /** The cloud's name among the providers. */
  readonly name: string;
  readonly account: Account;
  readonly isHome: boolean;
  /** Where the account comes from. */
  readonly source: string;
  /** Whether nobody could be asked. */
  readonly isAlone: boolean;
}

/** What one cloud lacks must not end what the others are asked for. */
export function missing({ what, name, account, isHome, source, isAlone }: Missing): FedError {
  const word = what === 'password' ? 'password' : 'one-time passcode';
  const where = `${name} (${account.name}, ${account.authUrl}; ${source})`;
  const message = isAlone
    ? `There is no ${word} for ${where}, and no terminal to ask for it.`
    : `No ${word} was given for ${where}.`;
  const ways: Readonly<Record<Missing['what'], string>> = isHome
    ? { password: 'Set OS_PASSWORD, or password in secure.yaml.', passcode: 'Set OS_PASSCODE, or give --os-passcode.' }
    : {
        password: `Write it into the entry ${account.name} of secure.yaml.`,
        passcode: `Write it into the entry ${account.name} of clouds.yaml.`,
      };
  const hint = ways[what];
  // Without credentials home would say no more than this.
  if (isHome) return new HomeAuthError(message, { status: 401, hint });
  return new ProviderAuthError(message, { provider: name, step: 'authenticate', hint });
}
