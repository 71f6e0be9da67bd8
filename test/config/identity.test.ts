import { describe, expect, it } from 'vitest';
import { credentialOf, identityOf } from '../../src/config/identity.ts';
import type { Account, AuthMethod } from '../../src/ports/account.ts';

const ada = { name: 'ada', domain: { name: 'Default' } };
const password: AuthMethod = { method: 'password', user: ada, password: 'horse' };
const totp: AuthMethod = { method: 'totp', user: ada, passcode: '123456' };

function account(methods: readonly AuthMethod[], more: Partial<Account> = {}): Account {
  return {
    name: 'lab',
    authUrl: 'https://home.example/v3',
    methods,
    interface: 'public',
    connection: {},
    endpointOverrides: {},
    ...more,
  };
}

const project = { name: 'research', domain: { name: 'Default' } };
const base = account([password], { project });

describe('the identity of an account', () => {
  it('is hexadecimal, and has no secret in it', () => {
    expect(identityOf(base)).toMatch(/^[0-9a-f]{64}$/);
  });

  it('stays the same with another password, passcode, name, region, interface or CA', () => {
    const others = [
      account([{ ...password, password: 'other' }], { project }),
      account([{ method: 'password', user: ada }], { project }),
      { ...base, name: 'prod', region: 'north', interface: 'admin' as const, connection: { caFile: '/ca.pem' } },
      { ...base, serviceProvider: 'sp-a' },
    ];
    for (const other of others) expect(identityOf(other)).toBe(identityOf(base));
    expect(identityOf(account([totp]))).toBe(identityOf(account([{ ...totp, passcode: '654321' }])));
  });

  it('does not depend on the order of methods', () => {
    expect(identityOf(account([totp, password]))).toBe(identityOf(account([password, totp])));
  });

  it('differs with everything that says who', () => {
    const user = (more: object): AuthMethod => ({ method: 'password', user: { ...more }, password: 'horse' });
    const credential = (more: object): AuthMethod => ({ method: 'application_credential', secret: 's', ...more });
    const all: Account[] = [
      base,
      account([password]),
      account([password], { project: { id: 'research' } }),
      account([password], { project: { name: 'research', domain: { id: 'Default' } } }),
      account([password], { project: { name: 'research' } }),
      { ...base, authUrl: 'https://other.example/v3' },
      account([user({ name: 'grace', domain: { name: 'Default' } })], { project }),
      account([user({ name: 'ada', domain: { id: 'Default' } })], { project }),
      account([user({ id: 'ada' })], { project }),
      account([password, totp], { project }),
      account([totp], { project }),
      account([{ method: 'token', token: 'a' }], { project }),
      account([{ method: 'token', token: 'b' }], { project }),
      account([credential({ id: 'x' })]),
      account([credential({ id: 'y' })]),
      account([credential({ name: 'x', user: ada })]),
      account([credential({ name: 'x', user: { id: 'ada' } })]),
    ];
    expect(new Set(all.map(identityOf)).size).toBe(all.length);
  });

  it('cannot be forged by names with separators in them', () => {
    const one = account([{ method: 'password', user: { name: 'a","b', domain: { name: 'c' } } }]);
    const other = account([{ method: 'password', user: { name: 'a', domain: { name: 'b","c' } } }]);
    expect(identityOf(one)).not.toBe(identityOf(other));
  });
});

describe('the credential of an account', () => {
  const text = (methods: readonly AuthMethod[]) => {
    const credential = credentialOf(account(methods));
    return credential === undefined ? undefined : new TextDecoder().decode(credential.bytes);
  };

  it('is the secret that lasts', () => {
    expect(text([password])).toContain('horse');
    expect(text([{ method: 'token', token: 'gAAA' }])).toContain('gAAA');
    expect(text([{ method: 'application_credential', id: 'x', secret: 'hush' }])).toContain('hush');
  });

  it('is the password alone where a passcode is needed as well', () => {
    expect(text([password, totp])).toBe(text([password]));
  });

  it('differs between one secret and two that look like it together', () => {
    expect(
      text([
        { method: 'token', token: 'a' },
        { ...password, password: 'b' },
      ]),
    ).not.toBe(text([{ method: 'token', token: 'a","b' }]));
  });

  it('does not exist for a passcode only, nor while the password is still to be asked for', () => {
    expect(text([totp])).toBeUndefined();
    expect(text([{ method: 'password', user: ada }])).toBeUndefined();
    expect(
      text([
        { method: 'password', user: ada },
        { method: 'token', token: 'gAAA' },
      ]),
    ).toBeUndefined();
  });

  it('cannot be guessed where Keystone made it', () => {
    const isRandom = (...methods: readonly AuthMethod[]) => credentialOf(account(methods))?.isRandom;
    const generated = `${'r-E_4'.repeat(17)}a`;
    expect(isRandom({ method: 'application_credential', id: 'x', secret: generated })).toBe(true);
    expect(isRandom({ method: 'token', token: 'd1aafa1a8dbf4e2a8d2f4b2e9b3f8f0c' })).toBe(true);
    expect(isRandom(password, { method: 'token', token: 'd1aafa1a8dbf4e2a8d2f4b2e9b3f8f0c' })).toBe(true);

    expect(isRandom(password)).toBe(false);
    expect(isRandom({ ...password, password: generated })).toBe(false);
    expect(isRandom({ method: 'application_credential', id: 'x', secret: 'hush' })).toBe(false);
    expect(isRandom({ method: 'application_credential', id: 'x', secret: `${generated}.` })).toBe(false);
    expect(isRandom({ method: 'token', token: 'hush' })).toBe(false);
  });
});
