import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { curlLine } from '../../src/http/curl-line.ts';
import type { RequestEvent } from '../../src/http/events.ts';
import { hashed } from '../../src/http/redact.ts';
import { streamOf } from './support.ts';

function request(more: Partial<RequestEvent> = {}): RequestEvent {
  return {
    type: 'request',
    id: 1,
    attempt: 1,
    purpose: { provider: 'sp-a', project: 'research', step: 'show' },
    method: 'GET',
    url: 'https://sp-a.example:8776/v3/volumes/6f1f',
    headers: [],
    body: undefined,
    connection: {},
    ...more,
  };
}

/** The words that a shell makes of a line. */
function words(line: string): string[] {
  return execFileSync('sh', ['-c', `for word in ${line.replace(/^curl /, '')}; do printf '%s\\0' "$word"; done`])
    .toString()
    .split('\0')
    .slice(0, -1);
}

describe('a request as a curl command', () => {
  it('says what is sent, and hides the token', () => {
    const line = curlLine(
      request({
        headers: [
          ['Accept', 'application/json'],
          ['X-Auth-Token', 'sesame'],
        ],
      }),
    );
    expect(line).toBe(
      `curl -H 'Accept: application/json' -H 'X-Auth-Token: ${hashed('sesame')}' https://sp-a.example:8776/v3/volumes/6f1f`,
    );
  });

  it.each([
    ['HEAD', undefined, ['-I']],
    ['POST', undefined, ['-X', 'POST']],
    ['GET', '{}', ['-X', 'GET', '-d', '{}']],
    ['DELETE', undefined, ['-X', 'DELETE']],
  ])('gives the method of a %s', (method, body, expected) => {
    expect(words(curlLine(request({ method, body }))).slice(0, -1)).toEqual(expected);
  });

  it('shows a body that anybody may see', () => {
    const body = JSON.stringify({ volume: { name: "it's", size: 1 } });
    expect(words(curlLine(request({ method: 'POST', body })))).toContain(body);
    expect(words(curlLine(request({ method: 'POST', body: Buffer.from(body) })))).toContain(body);
  });

  it('shows the beginning of a long body', () => {
    const line = curlLine(request({ method: 'POST', body: JSON.stringify({ name: 'n'.repeat(5_000) }) }), 100);
    expect(line).toContain('… [5011 bytes]');
    expect(line.length).toBeLessThan(300);
  });

  it('never reads a stream', () => {
    const line = curlLine(request({ method: 'PUT', body: streamOf('sesame') }));
    expect(words(line)).toEqual(['-X', 'PUT', '-T', '-', 'https://sp-a.example:8776/v3/volumes/6f1f']);
  });

  it.each([
    [
      'authenticate',
      'https://home/v3/auth/tokens',
      '{"auth":{"identity":{"password":{"user":{"password":"sesame"}}}}}',
    ],
    ['assertion', 'https://home/v3/auth/OS-FEDERATION/saml2/ecp', '{"auth":{"identity":{"token":{"id":"sesame"}}}}'],
    ['present', 'https://sp-a/Shibboleth.sso/SAML2/ECP', '<Assertion>sesame</Assertion>'],
    ['scope', 'https://sp-a/v3/auth/tokens', '{"name":"sesame"}'],
    ['forward', 'https://home/identity/v3/auth/tokens?nocatalog', '{"name":"sesame"}'],
    ['forward', 'https://home/v3/credentials', '{"name":"sesame"}'],
    ['forward', 'https://barbican/v1/secrets', '{"name":"sesame"}'],
    ['forward', 'https://nova/v2.1/servers', '{"server":{"adminPass":"sesame"}}'],
    ['forward', 'https://swift/v1/AUTH_x/c/o', 'sesame'],
    ['forward', 'https://nova/v2.1/servers', Buffer.from([0x73, 0x65, 0x73, 0x61, 0x6d, 0x65, 0xff])],
  ])('never shows a secret of %s to %s', (step, url, body) => {
    const line = curlLine(
      request({
        method: 'POST',
        url,
        body,
        purpose: { provider: 'sp-a', step },
        headers: [
          ['Cookie', 'session=sesame'],
          ['X-Subject-Token', 'sesame'],
          ['Authorization', 'Basic sesame'],
        ],
      }),
    );
    expect(line).not.toContain('sesame');
    expect(line).toContain('-d ');
  });

  it('says how long a hidden body is', () => {
    const line = curlLine(request({ method: 'POST', url: 'https://home/v3/auth/tokens', body: 'säsame' }));
    expect(words(line)).toContain('[hidden: 7 bytes]');
  });

  it('names the files that the connection needs', () => {
    const connection = { caFile: '/etc/my ca.pem', certFile: '/c.pem', keyFile: '/k.pem' };
    expect(words(curlLine(request({ connection }))).slice(0, 6)).toEqual([
      '--cacert',
      '/etc/my ca.pem',
      '--cert',
      '/c.pem',
      '--key',
      '/k.pem',
    ]);
    expect(words(curlLine(request({ connection: { insecure: true } })))[0]).toBe('-k');
    const key = '-----BEGIN PRIVATE KEY-----\nAAAA';
    expect(words(curlLine(request({ connection: { certFile: '/c.pem', keyFile: key } }))).slice(2, 4)).toEqual([
      '--key',
      '[hidden: PEM]',
    ]);
  });

  it('is one line of words for a shell, whatever is in it', () => {
    const headers = [['X-OpenStack-Request-Id', `'"$(touch /tmp/x)\`; \\`]] as const;
    const url = "https://h/'a'$(b)?c=`d`&e=f;g";
    const line = curlLine(request({ headers, url }));
    expect(line).not.toMatch(/\p{Cc}/u);
    expect(words(line)).toEqual(['-H', headers[0].join(': '), url]);
  });
});
