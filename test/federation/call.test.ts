import { describe, expect, it } from 'vitest';
import { type Call, Caller, NO_SERVICE } from '../../src/federation/call.ts';
import type { Provider } from '../../src/federation/provider.ts';
import type { Roster } from '../../src/federation/roster.ts';
import { bodyOf, type RequestBody, readText, type SendRequest } from '../../src/ports/http.ts';
import { serviceNamed } from '../../src/services/index.ts';

const PROJECT = { id: '0'.repeat(32), name: 'one' };
const CATALOG = [{ type: 'image', endpoints: [{ interface: 'public', region: 'One', url: 'http://sp-a.test/image' }] }];

/** A provider whose first token its services refuse, and who gives another one. */
function refusing() {
  const sent: Array<{ readonly token: string | undefined; readonly body: string }> = [];
  let generation = 1;
  const provider = {
    name: 'sp-a',
    connection: {},
    endpoints: { interfaces: ['public'], overrides: {} },
    tokenFor: () => Promise.resolve({ secret: `token-${generation}`, catalog: CATALOG }),
    invalidate: () => {
      generation += 1;
      return Promise.resolve(true);
    },
  } as unknown as Provider;
  const send = async ({ headers, body, url }: SendRequest) => {
    const token = headers.find(([name]) => name === 'X-Auth-Token')?.[1];
    sent.push({ token, body: await textOf(body) });
    return {
      status: token === 'token-1' ? 401 : 200,
      statusText: '',
      headers: [],
      body: bodyOf(new Uint8Array()),
      url,
    };
  };
  const roster = { named: () => provider } as unknown as Roster;
  return { sent, caller: new Caller({ send, clock: { now: () => 0 } }, roster) };
}

async function textOf(body: RequestBody | undefined): Promise<string> {
  if (body === undefined || typeof body === 'string') return body ?? '';
  if (body instanceof Uint8Array) return new TextDecoder().decode(body);
  return await readText({ [Symbol.asyncIterator]: () => body[Symbol.asyncIterator](), discard: () => {} });
}

async function* stream(text: string) {
  yield await Promise.resolve(new TextEncoder().encode(text));
}

function put(body: RequestBody): Call {
  const service = serviceNamed('image');
  return { method: 'PUT', target: { service, path: '/images/1/file', query: '' }, headers: [], body, step: 'forward' };
}

async function statusOf(caller: Caller, call: Call): Promise<number | undefined> {
  const answer = await caller.call({ provider: 'sp-a', project: PROJECT }, call);
  return answer === NO_SERVICE ? undefined : answer.status;
}

describe('a request whose token is refused', () => {
  it.each<[string, RequestBody]>([
    ['text', 'data'],
    ['bytes', new TextEncoder().encode('data')],
  ])('is sent again with another token, where its body is %s', async (_, body) => {
    const { caller, sent } = refusing();
    expect(await statusOf(caller, put(body))).toBe(200);
    expect(sent).toEqual([
      { token: 'token-1', body: 'data' },
      { token: 'token-2', body: 'data' },
    ]);
  });

  it('is not sent again where its body can be sent only once: what is left of it is nothing', async () => {
    const { caller, sent } = refusing();
    expect(await statusOf(caller, put(stream('data')))).toBe(401);
    expect(sent).toEqual([{ token: 'token-1', body: 'data' }]);
  });
});
