import { describe, expect, it } from 'vitest';
import { readText } from '../../src/ports/http.ts';
import { FakeSend } from './fake-send.ts';

const REQUEST = { method: 'GET', url: 'http://x/', headers: [], connection: {}, purpose: { provider: 'p', step: 's' } };

describe('FakeSend', () => {
  it('plays each exchange once, and records what was sent', async () => {
    const fake = new FakeSend().on('POST', 'http://x/', { status: 201, body: { a: 1 } });
    const response = await fake.send({ ...REQUEST, method: 'POST', body: '{"b":2}' });
    expect(response.status).toBe(201);
    expect(await readText(response.body)).toBe('{"a":1}');
    expect(fake.requests.map(({ json }) => json)).toEqual([{ b: 2 }]);
  });

  it.fails('fails a test in which an exchange was never used', () => {
    new FakeSend().on('GET', 'http://x/', { status: 200 });
  });

  it.fails('fails a test in which a request fitted nothing, even if that error is swallowed', async () => {
    await new FakeSend().send(REQUEST).catch(() => undefined);
  });
});
