import { randomBytes } from 'node:crypto';
import { chmodSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../src/errors.ts';
import { parseKeyring, readKeyring } from '../../../src/store/shared/keyring.ts';
import { temporaryDirectory } from '../temporary-directory.ts';

const secret = randomBytes(32);
const other = randomBytes(48);
const { path } = temporaryDirectory();
const nameOf = (text: string) => parseKeyring(text, 'KEYS').map((key) => key.placeOf('x').name);

function faultIn(work: () => unknown): ConfigError {
  try {
    work();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('It was taken.');
}

describe('a keyring', () => {
  it('takes keys in base64, base64url and hexadecimal, with comments and empty lines', () => {
    const forms = ['base64', 'base64url', 'hex'] as const;
    const names = forms.map((form) => nameOf(`# old and new\n\n  ${secret.toString(form)}  # since May\r\n`));
    expect(new Set(names.flat()).size).toBe(1);
    expect(nameOf(secret.toString('hex').toUpperCase())).toEqual(names[0]);
  });

  it('keeps the order of its keys, each once', () => {
    const both = nameOf(`${secret.toString('base64')}\n${other.toString('hex')}\n${secret.toString('hex')}`);
    expect(both).toEqual([...nameOf(secret.toString('hex')), ...nameOf(other.toString('hex'))]);
  });

  it.each([
    ['too short', randomBytes(31).toString('base64'), /line 2: the key has 31 bytes/],
    ['of other characters', 'correct horse battery staple, and so on!', /line 2: the key is neither/],
    ['not random', 'a'.repeat(64), /line 2: the key is not random/],
  ])('refuses a key that is %s, without telling it', (_, key, message) => {
    const fault = faultIn(() => parseKeyring(`# first\n${key}`, 'FED_KEYS'));
    expect(fault.message).toMatch(message);
    expect(fault.message).toMatch(/^FED_KEYS, /);
    expect(fault.hint).toMatch(/openssl rand -base64 32/);
    expect(JSON.stringify([fault.message, fault.hint])).not.toContain(key.slice(0, 12));
  });

  it('refuses a text without keys', () => {
    expect(faultIn(() => parseKeyring('\n# none\n', 'KEYS')).message).toBe('KEYS has no key.');
  });

  it('gives every label a name and a sealing key of its own', () => {
    const [key] = parseKeyring(secret.toString('hex'), 'KEYS');
    const places = ['a', 'b', ''].map((label) => key.placeOf(label));
    expect(new Set(places.map(({ name }) => name)).size).toBe(3);
    expect(new Set(places.map((place) => Buffer.from(place.key.secret).toString('hex'))).size).toBe(3);
    expect(key.placeOf('a')).toEqual(places[0]);
    expect(places[0]?.name).toMatch(/^fed:[\w-]{43}$/);
  });
});

describe('a file of keys', () => {
  it.each([0o600, 0o400, 0o640])('is read with mode %o', (mode) => {
    writeFileSync(path('keys'), `${secret.toString('base64')}\n`);
    chmodSync(path('keys'), mode);
    expect(readKeyring(path('keys'))).toHaveLength(1);
  });

  it.each([0o604, 0o602, 0o620, 0o644])('is refused with mode %o, in which others may read or change it', (mode) => {
    writeFileSync(path('keys'), `${secret.toString('base64')}\n`);
    chmodSync(path('keys'), mode);
    const fault = faultIn(() => readKeyring(path('keys')));
    expect(fault.message).toContain(`0${mode.toString(8)}`);
    expect(fault.file).toBe(path('keys'));
    expect(fault.hint).toContain('chmod 600');
  });

  it('must be there', () => {
    expect(faultIn(() => readKeyring(path('none'))).message).toMatch(/does not exist/);
    // A key in place of its file is not shown.
    expect(String(faultIn(() => readKeyring('c2VjcmV0a2V5')))).not.toContain('c2VjcmV0a2V5');
  });

  it('is named with the line that is wrong', () => {
    writeFileSync(path('keys'), `${secret.toString('base64')}\nshort\n`, { mode: 0o600 });
    expect(faultIn(() => readKeyring(path('keys'))).message).toContain(`${path('keys')}, line 2`);
  });
});
