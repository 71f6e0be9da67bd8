import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/errors.ts';
import { identityBase } from '../../src/keystone/identity-base.ts';
import { FakeSend, type Reply } from '../support/fake-send.ts';
import { contextOf, failureOf } from './token-fixtures.ts';

const AT = { provider: 'home', connection: {} };

function versions(href: string, id = 'v3.14'): Reply {
  return {
    status: 300,
    headers: [['Location', href]],
    body: { versions: { values: [{ id, status: 'stable', links: [{ rel: 'self', href }] }] } },
  };
}

function baseOf(url: string, asked?: string, reply?: Reply): Promise<string> {
  const fake = new FakeSend();
  if (asked !== undefined && reply !== undefined) fake.on('GET', asked, reply);
  return identityBase(contextOf(fake), { ...AT, url });
}

describe('identityBase', () => {
  it.each([
    ['https://home.example:5000/v3', 'https://home.example:5000/v3'],
    ['https://home.example:5000/v3/', 'https://home.example:5000/v3'],
    [' https://home.example/identity/v3// ', 'https://home.example/identity/v3'],
    ['https://user:secret@home.example/v3?x=1#y', 'https://home.example/v3'],
  ])('takes %s without a request', async (url, base) => {
    expect(await baseOf(url)).toBe(base);
  });

  it.each([
    ['https://home.example:5000', 'https://home.example:5000/', 'https://home.example:5000/v3/'],
    ['https://home.example:5000/', 'https://home.example:5000/', 'https://home.example:5000/v3'],
    ['https://home.example:5000/v2.0', 'https://home.example:5000/', 'https://home.example:5000/v3/'],
    ['https://home.example/identity', 'https://home.example/identity/', 'https://home.example/identity/v3/'],
  ])('asks for the versions behind %s', async (url, asked, href) => {
    expect(await baseOf(url, asked, versions(href))).toBe(href.replace(/\/$/, ''));
  });

  it.each([
    ['an address that is not reachable from here', 'http://10.0.0.5:35357/v3/', 'https://home.example/v3'],
    ['a prefix that a proxy in front cuts off', 'https://home.example/v3/', 'https://home.example/identity/v3'],
    ['no address', '', 'https://home.example/v3'],
  ])('uses only the path of %s', async (_what, href, base) => {
    const url = base.replace(/\/v3$/, '');
    expect(await baseOf(url, `${url}/`, versions(href))).toBe(base);
  });

  it.each<[what: string, reply: Reply]>([
    ['a web page', { status: 200, headers: [['Content-Type', 'text/html']], body: '<html></html>' }],
    ['a refusal', { status: 403, body: { error: { message: 'no' } } }],
    ['JSON of another shape', { status: 200, body: [] }],
  ])('takes v3 to be where it always is when it gets %s', async (_what, reply) => {
    expect(await baseOf('https://home.example', 'https://home.example/', reply)).toBe('https://home.example/v3');
  });

  it("reads the document of a single version, and other services' lists", async () => {
    const single: Reply = { status: 200, body: { version: { id: 'v3.8', links: [] } } };
    expect(await baseOf('https://home.example', 'https://home.example/', single)).toBe('https://home.example/v3');
  });

  it.each<[what: string, reply: Reply]>([
    ['an old Keystone', versions('https://home.example/v2.0/', 'v2.0')],
    ['another service', { status: 300, body: { versions: [{ id: 'v2.15', links: [] }] } }],
  ])('is an error where there is no v3: %s', async (_what, reply) => {
    const error = await failureOf(baseOf('https://home.example', 'https://home.example/', reply));
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toMatch(/offers v2\.\d+, and not Identity v3/);
  });

  it.each(['', 'home.example:5000', 'ftp://home.example/v3', 'http:///v3', 'https://'])(
    'is an error for %j',
    async (url) => {
      expect(await failureOf(baseOf(url))).toBeInstanceOf(ConfigError);
    },
  );

  it('asks once for all that need it at the same time or later, and again after a failure', async () => {
    const url = 'https://home.example';
    const fake = new FakeSend().on('GET', `${url}/`, new Error('gone'));
    const context = contextOf(fake);
    await failureOf(identityBase(context, { ...AT, url }));
    fake.on('GET', `${url}/`, versions(`${url}/v3/`));
    const both = await Promise.all([identityBase(context, { ...AT, url }), identityBase(context, { ...AT, url })]);
    expect(both).toEqual([`${url}/v3`, `${url}/v3`]);
    expect(await identityBase(context, { ...AT, url })).toBe(`${url}/v3`);
    expect(fake.requests).toHaveLength(2);
  });
});
