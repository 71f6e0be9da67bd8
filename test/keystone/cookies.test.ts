import { describe, expect, it } from 'vitest';
import { CookieJar } from '../../src/keystone/cookies.ts';
import { NOW } from './token-fixtures.ts';

const SP = 'https://sp.example:5000/Shibboleth.sso/SAML2/ECP';
const AUTH = 'https://sp.example:5000/v3/OS-FEDERATION/auth';

function jarOf(lines: string[], url = SP): CookieJar {
  const jar = new CookieJar();
  jar.take(
    lines.map((line) => ['Set-Cookie', line] as const),
    url,
    NOW,
  );
  return jar;
}

describe('CookieJar', () => {
  it('gives back what Shibboleth and mellon set, without the attributes', () => {
    expect(jarOf(['_shibsession_64=_0ab1; path=/; HttpOnly']).headerFor(AUTH)).toBe('_shibsession_64=_0ab1');
    const mellon = jarOf(['mellon-cookie=0ab1; Version=1; Path=/; Domain=127.0.0.3'], 'http://127.0.0.3:5000/x/paos');
    expect(mellon.headerFor('http://127.0.0.3:5000/v3/auth')).toBe('mellon-cookie=0ab1');
    const dotted = jarOf(['mellon-cookie=0ab1; Version=1; Path=/; Domain=.127.0.0.3'], 'http://127.0.0.3:5000/x/paos');
    expect(dotted.headerFor('http://127.0.0.3:5000/v3/auth')).toBe('mellon-cookie=0ab1');
  });

  it('keeps several cookies, also when they come in several lines', () => {
    expect(jarOf(['a=1; Path=/', 'b=x=y; Path=/', 'c="quoted one"; Path=/']).headerFor(AUTH)).toBe(
      'a=1; b=x=y; c="quoted one"',
    );
  });

  it('lets a later cookie take the place of an earlier one of its name', () => {
    expect(jarOf(['a=1; Path=/', 'a=2; Path=/']).headerFor(AUTH)).toBe('a=2');
  });

  it.each([
    'a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/',
    'a=; Path=/; Max-Age=0',
    'a=; Path=/; Max-Age=-1; Expires=Thu, 01 Jan 2099 00:00:00 GMT',
  ])('drops a cookie that is ended by: %s', (line) => {
    const jar = jarOf(['a=1; Path=/', line]);
    expect(jar.size).toBe(0);
    expect(jar.headerFor(AUTH)).toBeUndefined();
  });

  it.each([
    'a=1; Path=/; Expires=Thu, 01 Jan 2099 00:00:00 GMT',
    'a=1; Path=/; Max-Age=3600; Expires=Thu, 01 Jan 1970 00:00:00 GMT',
    'a=1; Path=/; Expires=whenever',
  ])('keeps a cookie with: %s', (line) => {
    expect(jarOf([line]).headerFor(AUTH)).toBe('a=1');
  });

  it('sends a cookie to its own host only, at any port, and says why not to another', () => {
    const jar = jarOf(['a=1; Path=/']);
    expect(jar.headerFor('https://sp.example/v3')).toBe('a=1');
    expect(jar.headerFor('https://evil.example/v3')).toBeUndefined();
    expect(jar.headerFor('https://keystone.sp.example/v3')).toBeUndefined();
    expect(jar.obstacleFor('https://evil.example/v3')).toBe('the cookie a is for sp.example, not for evil.example');
  });

  it('sends a cookie with a domain to the hosts of that domain', () => {
    const jar = jarOf(['a=1; Path=/; Domain=.Cloud.example'], 'https://sp.cloud.example/ECP');
    expect(jar.headerFor('https://keystone.cloud.example/v3')).toBe('a=1');
    expect(jar.headerFor('https://notcloud.example/v3')).toBeUndefined();
  });

  it.each(['other.example', 'example', 'le', 'x.sp.example'])(
    'takes no cookie for the domain %s from sp.example',
    (domain) => {
      expect(jarOf([`a=1; Path=/; Domain=${domain}`]).size).toBe(0);
    },
  );

  it('takes no part of an address for a domain', () => {
    expect(jarOf(['a=1; Path=/; Domain=0.0.3'], 'http://127.0.0.3/x').size).toBe(0);
  });

  it('sends a Secure cookie over https only', () => {
    const jar = jarOf(['a=1; Path=/; Secure']);
    expect(jar.headerFor(AUTH)).toBe('a=1');
    expect(jar.headerFor(AUTH.replace('https', 'http'))).toBeUndefined();
    expect(jar.obstacleFor(AUTH.replace('https', 'http'))).toMatch(/https only/);
  });

  it('sends a cookie to its path only, which by default is the folder that set it', () => {
    expect(jarOf(['a=1']).headerFor(AUTH)).toBeUndefined();
    expect(jarOf(['a=1']).headerFor('https://sp.example/Shibboleth.sso/SAML2/x')).toBe('a=1');
    expect(jarOf(['a=1; Path=/v3']).headerFor(AUTH)).toBe('a=1');
    expect(jarOf(['a=1; Path=/v3']).headerFor('https://sp.example/v33')).toBeUndefined();
  });

  it('takes nothing from a line that is no cookie', () => {
    expect(jarOf(['', 'novalue', '=1', 'a=b\u0001', 'ключ=1; Path=/']).size).toBe(0);
  });

  it('names what must not be shown', () => {
    expect(jarOf(['s=0123456789; Path=/', 'lang=en; Path=/']).secrets).toEqual(['0123456789']);
  });
});
