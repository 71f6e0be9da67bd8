import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../src/errors.ts';
import { parseCacheUrl } from '../../../src/store/shared/cache-url.ts';

const plain = { kind: 'redis', tls: false, database: 0 };

describe('the URL of a cache', () => {
  it.each([
    ['memcached://127.0.0.1:11212', { kind: 'memcached', servers: [{ host: '127.0.0.1', port: 11_212 }] }],
    [
      'memcached://a.example,b.example:11299,[::1]:11300/',
      {
        kind: 'memcached',
        servers: [
          { host: 'a.example', port: 11_211 },
          { host: 'b.example', port: 11_299 },
          { host: '::1', port: 11_300 },
        ],
      },
    ],
    ['memcached:///run/memcached.sock', { kind: 'memcached', servers: [{ path: '/run/memcached.sock' }] }],
    ['redis://cache', { ...plain, server: { host: 'cache', port: 6379 } }],
    ['valkey://cache:7000/3', { ...plain, server: { host: 'cache', port: 7000 }, database: 3 }],
    ['redis://[::1]:7000?db=4', { ...plain, server: { host: '::1', port: 7000 }, database: 4 }],
    ['redis://:s%40cret@cache', { ...plain, server: { host: 'cache', port: 6379 }, password: 's@cret' }],
    [
      'REDISS://fed:p:w@cache:6380/1',
      { ...plain, tls: true, server: { host: 'cache', port: 6380 }, username: 'fed', password: 'p:w', database: 1 },
    ],
    ['valkeys://cache', { ...plain, tls: true, server: { host: 'cache', port: 6379 } }],
    ['redis:///run/redis.sock?db=2', { ...plain, server: { path: '/run/redis.sock' }, database: 2 }],
    ['redis://:pw@/run/redis.sock', { ...plain, server: { path: '/run/redis.sock' }, password: 'pw' }],
  ])('%s is understood', (url, address) => {
    expect(parseCacheUrl(url)).toEqual(address);
  });

  it.each([
    ['', 'is not of the form'],
    ['cache:11211', 'is not of the form'],
    ['http://cache:80', 'begins with http://'],
    ['memcached://', 'names no server'],
    ['memcached://a:1,a:1', 'names the server a:1 twice'],
    ['memcached://a:1,,b:1', 'not HOST:PORT'],
    ['memcached://a:0', 'a port that does not exist'],
    ['memcached://a:65536', 'a port that does not exist'],
    ['memcached://a:1/db', 'has a path'],
    ['memcached://a:1?b=c', 'options'],
    ['memcached://hunter:hunter2@a:1', 'user or password'],
    ['redis://hunter2@a', 'a user without a password'],
    ['redis://a:1,b:2', 'several servers'],
    ['redis://a/one', 'database that is not a number'],
    ['redis://a/1?db=1', 'database twice'],
    ['redis://a?tls=1', 'not known'],
    ['rediss:///run/redis.sock', 'TLS on a socket'],
    ['redis://:%zz@a', 'a % that is not followed'],
    ['redis://a b:1', 'not HOST:PORT'],
    ['redis://:hunter2', 'not HOST:PORT'],
    ['redis://a/hunter2', 'database that is not a number'],
  ])('%s is refused, and why', (url, why) => {
    const refused = () => parseCacheUrl(url);
    expect(refused).toThrow(ConfigError);
    expect(refused).toThrow(why);
    expect(refused).not.toThrow('hunter2');
  });
});
