import { describe, expect, it } from 'vitest';
import { hashed, shownHeader, shownJson, shownUrl } from '../../src/http/redact.ts';

const FERNET = `gAAAAAB${'k2_-'.repeat(30)}=`;

describe('what is shown of a header', () => {
  it.each([
    'X-Auth-Token',
    'x-subject-token',
    'X-Service-Token',
    'Authorization',
    'Proxy-Authorization',
    'Cookie',
    'Set-Cookie',
    'Openstack-Auth-Receipt',
    'X-Container-Meta-Temp-URL-Key',
    'X-Object-Meta-Anything',
    'X-Never-Heard-Of',
  ])('is the hash of %s', (name) => {
    expect(shownHeader(name, 'sesame')).toMatch(/^\{SHA256\}[0-9a-f]{16}$/);
  });

  it.each([
    ['Content-Type', 'application/json'],
    ['X-OpenStack-Request-Id', 'req-1'],
    ['OpenStack-API-Version', 'compute 2.1'],
    ['WWW-Authenticate', 'Keystone uri="http://home/v3"'],
  ])('is the value of %s', (name, value) => {
    expect(shownHeader(name, value)).toBe(value);
  });

  it('is the same for the same value, so that two lines can be compared', () => {
    expect(shownHeader('X-Auth-Token', 'a')).toBe(shownHeader('Cookie', 'a'));
    expect(shownHeader('X-Auth-Token', 'a')).not.toBe(shownHeader('X-Auth-Token', 'b'));
  });

  it('is a URL without its secrets for a Location', () => {
    expect(shownHeader('Location', 'https://sp/x?temp_url_sig=sesame&limit=1')).toBe(
      `https://sp/x?temp_url_sig=${hashed('sesame')}&limit=1`,
    );
  });

  it('never has a token in it, whatever its name says', () => {
    expect(shownHeader('ETag', `"${FERNET}"`)).not.toContain(FERNET);
  });
});

describe('what is shown of a URL', () => {
  it.each([
    'https://cloud.example:8774/v2.1/servers/detail?limit=25&marker=6f1f&all_tenants=1&sort_key=created_at&key_name=mine',
    'http://[::1]:9292/v2/images/../%2e%2e/x?name=a%20b&name=b',
    '/v3/volumes?status=',
    'http://h/?flag',
  ])('is all of %s', (url) => {
    expect(shownUrl(url)).toBe(url);
  });

  it.each([
    'https://u:sesame@cloud.example/v3',
    'https://h/v1/c/o?temp_url_sig=sesame&temp_url_expires=1',
    'https://h/x?X-Amz-Signature=sesame',
    'https://h/x?token=sesame#sesame',
    'https://h/x?AWSAccessKeyId=1&Signature=sesame',
    'https://h/v2.0/tokens/sesame/endpoints',
    'https://h/x?password=sesame=sesame&a',
  ])('leaves the secret out of %s', (url) => {
    expect(shownUrl(url)).not.toContain('sesame');
  });

  it('has no token in its path and no control character', () => {
    expect(shownUrl(`http://h/x/${FERNET}/y`)).toBe(`http://h/x/${hashed(FERNET)}/y`);
    expect(shownUrl('http://h/\x1b[31m?a=\x07\x9b')).not.toMatch(/\p{Cc}/u);
  });
});

describe('what is shown of JSON', () => {
  it('leaves out the values of everything that may be secret', () => {
    const server = {
      server: {
        name: 'web',
        key_name: 'mine',
        adminPass: 'sesame',
        user_data: 'sesame',
        personality: [{ path: '/etc/x', contents: 'sesame' }],
        metadata: { db_password: 'sesame', purpose: 'web' },
        networks: [{ uuid: 'n1' }],
        deep: [[{ 'private-key': 'sesame', secret: { any: 'sesame' }, token: 12345 }]],
      },
    };
    const shown = shownJson(JSON.stringify(server)) ?? '';
    expect(shown).not.toMatch(/sesame|12345/);
    expect(JSON.parse(shown)).toMatchObject({
      server: {
        name: 'web',
        key_name: 'mine',
        adminPass: '***',
        metadata: { purpose: 'web' },
        networks: [{ uuid: 'n1' }],
      },
    });
  });

  it('is nothing for what is not JSON', () => {
    expect(shownJson('password=sesame')).toBeUndefined();
  });

  it('has no token and no control character in it', () => {
    const shown = shownJson(JSON.stringify({ name: FERNET, description: '\x1b[31m\x9b\x7f' }));
    expect(shown).not.toContain(FERNET);
    expect(shown).not.toMatch(/\p{Cc}/u);
  });
});
