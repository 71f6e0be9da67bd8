import { describe, expect, it } from 'vitest';
import { accountOptions } from '../../src/config/account-options.ts';
import { variables } from '../../src/config/variables.ts';
import { openrc, temporaryHome } from './temporary-home.ts';

const home = temporaryHome();

describe('the table of options', () => {
  it('names each option and variable once, and the variables of the other table are others', () => {
    const flags = accountOptions.map(({ flag }) => flag);
    const names = [...accountOptions.map(({ env }) => env), ...variables.map(({ name }) => name)];
    expect(new Set(flags).size).toBe(flags.length);
    expect(new Set(names).size).toBe(names.length);
  });

  it('marks what is secret', () => {
    expect(accountOptions.filter(({ secret }) => secret).map(({ key }) => key)).toEqual([
      'password',
      'passcode',
      'token',
      'application_credential_secret',
    ]);
  });

  /** Another value for each key, and what must be different in the account for it. */
  const values: Readonly<Record<string, string>> = {
    auth_url: 'https://other.example/v3',
    auth_type: 'v3totp',
    interface: 'admin',
    cacert: '/dev/null',
    cert: '/dev/null',
  };
  /** What shows only beside something else. */
  const beside: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    auth_methods: { auth_type: 'v3multifactor' },
    passcode: { auth_type: 'v3totp' },
    application_credential_id: { application_credential_secret: 's' },
    application_credential_name: { application_credential_secret: 's' },
    application_credential_secret: { application_credential_id: 'a' },
    key: { cert: '/dev/null' },
    remote_project_name: { service_provider: 'sp-a' },
    remote_project_id: { service_provider: 'sp-a' },
    remote_project_domain_name: { service_provider: 'sp-a', remote_project_name: 'p' },
    remote_project_domain_id: { service_provider: 'sp-a', remote_project_name: 'p' },
  };

  it.each(accountOptions.filter(({ key }) => key !== 'cloud'))(
    'has $flag and $env do the same',
    async ({ key, env }) => {
      const value = { key: '/dev/null', auth_methods: 'v3token', ...values }[key] ?? 'other';
      const more = beside[key] ?? {};
      const { OS_USER_DOMAIN_NAME: _, OS_PROJECT_DOMAIN_NAME: __, ...without } = openrc;
      const common = key === 'default_domain' ? without : key.startsWith('application') ? nobody() : openrc;
      const asVariables = Object.fromEntries(
        Object.entries(more).map(([name, text]) => [`OS_${name.toUpperCase()}`, text]),
      );
      const multi = key === 'auth_methods' ? { OS_TOKEN: 'gAAA' } : {};
      const before = await attempt(home.resolve({ ...common, ...multi, ...asVariables }));
      const byVariable = await home.resolve({ ...common, ...multi, ...asVariables, [env]: value });
      const byOption = await home.resolve({ ...common, ...multi, ...asVariables }, { [key]: value });
      expect(byOption.account.methods).toEqual(
        key === 'token' ? [{ method: 'token', token: 'other' }] : byVariable.account.methods,
      );
      if (key !== 'token') expect(byOption).toEqual(byVariable);
      expect(byOption.account).not.toEqual(before);
    },
  );
});

function nobody() {
  return { OS_AUTH_URL: openrc.OS_AUTH_URL, OS_USER_ID: 'u' };
}

async function attempt(work: Promise<{ account: unknown }>): Promise<unknown> {
  try {
    return (await work).account;
  } catch {
    return undefined;
  }
}
