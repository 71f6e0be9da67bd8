/** Pages for which nobody who has the service has an answer. */
import { describe, expect, it } from 'vitest';
import { TransportError } from '../../../src/errors.ts';
import { readText } from '../../../src/ports/http.ts';
import { type Asked, ask, pageOf } from '../../support/aggregated.ts';
import {
  type CloudAnswer,
  type CloudRequest,
  type FakeOptions,
  fakeFederation,
} from '../../support/fake-federation.ts';
import { fakeService } from '../../support/fake-service.ts';

const scopes = { home: ['research'], 'sp-a': ['one', 'two'], 'sp-c': ['archive'] };
const without = { 'sp-c': ['compute'] };
/** In turn, and merged. */
const targets = ['compute/servers/detail?all_tenants=1', 'compute/servers?sort_key=name&sort_dir=asc&limit=2'];

function refusal(status: number, message: string): CloudAnswer {
  return { status, json: { forbidden: { code: status, message } } };
}

async function asked(target: string, answer: FakeOptions['answer'], options: Asked = {}) {
  const { federation } = await fakeFederation({ scopes, without, answer });
  return ask(federation, target, options);
}

describe.each(targets)('%s', (target) => {
  it.each([400, 403, 406])('passes the refusal on that all share who have the service: %i', async (status) => {
    const answer = await asked(target, ({ provider }) => refusal(status, `says ${provider}`));
    if (answer.kind !== 'answer') throw new Error('a page');
    expect(answer.scope.provider).toBe('home');
    expect(answer.response.status).toBe(status);
    expect(await readText(answer.response.body)).toBe(`{"forbidden":{"code":${status},"message":"says home"}}`);
    expect(answer.missing).toEqual([]);
  });

  it('names those beside a shared refusal who could not be asked', async () => {
    const answer = await asked(target, ({ provider }) => {
      if (provider === 'home') throw new TransportError('down', { provider, reason: 'connect', url: 'http://x' });
      return refusal(400, 'no');
    });
    expect(answer).toMatchObject({ kind: 'answer', scope: { provider: 'sp-a' } });
    expect(answer.missing).toMatchObject([{ provider: 'home', reason: 'down' }]);
  });

  it.each<[string, (request: CloudRequest) => CloudAnswer]>([
    ['they refuse it in different ways', ({ provider }) => refusal(provider === 'home' ? 403 : 400, 'no')],
    ['a gateway refuses it', () => ({ status: 403, text: '<html>', contentType: 'text/html' })],
    ['they fail', () => ({ status: 503, json: {} })],
  ])('fails, with everybody’s words, if %s', async (_, answer) => {
    await expect(asked(target, answer)).rejects.toMatchObject({ code: 'FED_COULD_NOT_SAY', unsaid: { length: 3 } });
  });

  it('names who refuses it where another answers', async () => {
    const service = fakeService({ items: { 'home/research': [{ id: 'h', name: 'h' }] } });
    const answer = await asked(target, (request) =>
      request.provider === 'home' ? service(request) : refusal(406, 'Version 2.99 is not supported'),
    );
    expect(answer).toMatchObject({ kind: 'page', missing: [{ provider: 'sp-a' }, { provider: 'sp-a' }] });
    expect(answer.missing[0]?.reason).toContain('406: Version 2.99 is not supported');
  });

  it('says that a provider has no such service where it was asked alone', async () => {
    const answer = asked(target, fakeService({ items: {} }), { narrowing: { providers: ['sp-c'] } });
    await expect(answer).rejects.toMatchObject({ code: 'FED_RESPONSE', message: 'sp-c has no compute service.' });
  });
});

it('is a page where one of the providers that were named has the service', async () => {
  const { federation } = await fakeFederation({ scopes, without, answer: fakeService({ items: {} }) });
  const page = await pageOf(federation, 'compute/servers', { narrowing: { providers: ['home', 'sp-c'] } });
  expect(page).toMatchObject({ ids: [], missing: [] });
});
