import { describe, expect, it } from 'vitest';
import { UsageError } from '../src/errors.ts';
import { requestIdIn } from '../src/ports/http.ts';
import { keepSecret, withoutSecrets } from '../src/secrets.ts';

const token = `gAAAAABn${'Zk3-_Qw9'.repeat(3)}${'xY7-Pl_0mNb5'.repeat(12)}==`;
const password = 'p"ss w/rd';
const word = 'correct-horse-battery-staple-of-alice';
for (const secret of [token, password, word]) keepSecret(secret);

const spellings = (secret: string) => {
  const bytes = Buffer.from(secret);
  return [
    ['as it is', secret],
    ['in JSON', JSON.stringify(secret).slice(1, -1)],
    ['in a URL', encodeURIComponent(secret)],
    ['in hexadecimal', bytes.toString('hex')],
    ['in base64', bytes.toString('base64')],
    ['in base64 for URLs', bytes.toString('base64url')],
    ['in base64 behind a name', Buffer.from(`al:${secret}`).toString('base64')],
    ['in base64 between others', Buffer.from(`x:${secret}:more`).toString('base64')],
  ] as const;
};

describe.each([
  ['a token', token],
  ['a password', password],
  ['a long password', word],
])('%s', (_what, secret) => {
  it.each(spellings(secret))('is hidden %s', (_how, spelt) => {
    const shown = withoutSecrets(`Could not read "${spelt}", sorry.`);
    expect(shown).toMatch(/^Could not read "[^"]{0,12}…[^"]{0,12}", sorry\.$/);
  });
});

it('is hidden where it is cut off, and more than once', () => {
  const shown = withoutSecrets(`${token.slice(0, 60)}, ${token.slice(40)} and ${token}.`);
  expect(shown.replaceAll('…', '')).toBe(',  and ');
});

it('leaves what is no secret alone', () => {
  const text = 'Volume 11111111-2222-4333-8444-555555555555 was not found at gAAAAABn, pass.';
  expect(withoutSecrets(text)).toBe(text);
  keepSecret('abc');
  expect(withoutSecrets('abc')).toBe('abc');
});

it('is in no error, whoever words it', () => {
  const error = new UsageError(`No ${token}`, { hint: `Not ${password}` });
  expect([error.message, error.hint]).toEqual(['No …', 'Not …']);
});

it('is taken for no request id', () => {
  const id = 'req-11111111-2222-4333-8444-555555555555';
  expect(requestIdIn([['X-Openstack-Request-Id', id]])).toBe(id);
  expect(requestIdIn([['X-Openstack-Request-Id', word]])).toBeUndefined();
  expect(requestIdIn([['X-Trans-Id', 'a b']])).toBeUndefined();
});
