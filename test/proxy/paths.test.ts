/** Paths that mean the same and are spelled differently. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { identityPath, normalPath } from '../../src/proxy/normal-path.ts';
import type { Sandbox } from '../../src/sandbox/api.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { startTestProxy, type TestProxy } from '../support/proxy.ts';

let sandbox: Sandbox;
let proxy: TestProxy;

beforeAll(async () => {
  sandbox = await startSandbox();
  proxy = await startTestProxy(sandbox);
});

afterAll(async () => {
  await proxy.stop();
  await sandbox.close();
});

describe('a path', () => {
  it.each([
    '/identity/v3/auth/tokens/',
    '//identity//v3/auth//tokens',
    '/identity/v3/%61uth/tokens',
    '/identity/v3/auth/tokens?nocatalog=',
  ])('of tokens in another spelling gives no way around the proxy: %s', async (path) => {
    const { token = '' } = await proxy.as('alice');
    const headers = { 'X-Auth-Token': token, 'X-Subject-Token': token };
    const answer = await fetch(`${proxy.url}${path}`, { headers });
    expect(answer.status).toBe(200);
    expect(await answer.text()).not.toContain(new URL(sandbox.home.url).host);
  });

  it('of a revocation with a slash at its end ends the token here too', async () => {
    const { token = '', projectId } = await proxy.as('alice');
    const servers = () =>
      fetch(`${proxy.url}/compute/v2.1/servers?p=${projectId}`, { headers: { 'X-Auth-Token': token } });
    expect((await servers()).status).toBe(200);
    const headers = { 'X-Auth-Token': token, 'X-Subject-Token': token };
    expect((await fetch(`${proxy.url}/identity/v3/auth/tokens/`, { method: 'DELETE', headers })).status).toBe(204);
    expect((await servers()).status).toBe(401);
  });

  it('has one spelling', () => {
    expect(normalPath('//%7euser/a%2fb/%61//c')).toBe('/~user/a%2Fb/a//c');
    expect(identityPath('//v3//auth/tokens/')).toBe('/v3/auth/tokens');
    expect(['', '/', '/v3', '/v3/'].map(identityPath)).toEqual(['', '/', '/v3', '/v3/']);
  });

  it.each(['/identity/v3/../v2.0', '/compute/./servers', '/compute/%2e%2E/x', '/compute/..'])(
    'with a dot segment is refused: %s',
    (path) => {
      expect(() => normalPath(path)).toThrow('Paths with . or ..');
    },
  );
});
