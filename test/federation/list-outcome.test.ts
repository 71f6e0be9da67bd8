import { describe, expect, it } from 'vitest';
import { type FedError, ProviderAuthError, ProviderResponseError } from '../../src/errors.ts';
import { ListOutcome } from '../../src/federation/list-outcome.ts';
import { typeNamed } from '../../src/services/index.ts';
import type { ResourceType } from '../../src/services/types.ts';
import { type CloudAnswer, type CloudRequest, type FakeOptions, fakeFederation } from '../support/fake-federation.ts';

const scopes = { home: ['research'], 'sp-a': ['one', 'two'], 'sp-c': ['archive'] };
const server = typeNamed('server') as ResourceType;

/** What comes of a listing of servers, of which sp-c has none. */
async function outcomeOf(answer: FakeOptions['answer'], options: Partial<FakeOptions> = {}) {
  const { federation } = await fakeFederation({ scopes, without: { 'sp-c': ['compute'] }, answer, ...options });
  const outcome = new ListOutcome();
  let items = 0;
  for await (const event of federation.list(server)) items += outcome.note(event).length;
  return { outcome, items, failure: outcome.failure('compute') };
}

function refusing(status: number, message: string): CloudAnswer {
  return { status, json: { badRequest: { code: status, message } } };
}

const servers = { json: { servers: [{ id: '1' }] } };

describe('a listing to which nobody answers who has the service', () => {
  it.each([400, 403, 404])('is what the services say if they refuse it alike: %i', async (status) => {
    const { failure } = await outcomeOf(() => refusing(status, 'Not like this.'));
    expect(failure).toMatchObject({ code: 'FED_RESPONSE', provider: 'home', status });
    expect(failure?.message).toBe(
      `home/research, sp-a/one, sp-a/two: listing servers was answered with ${status}: Not like this.`,
    );
  });

  it('has the words of each where they differ', async () => {
    const { failure } = await outcomeOf(({ provider }) => refusing(400, `says ${provider}`));
    expect(failure?.message).toMatch(/^home\/research: .*400: says home; sp-a\/one, sp-a\/two: .*400: says sp-a\.$/);
  });

  it.each<[string, (request: CloudRequest) => CloudAnswer]>([
    ['they refuse it in different ways', ({ provider }) => refusing(provider === 'home' ? 400 : 403, 'no')],
    ['one of them has failed', ({ provider }) => (provider === 'home' ? { status: 503 } : refusing(400, 'no'))],
    ['it is a gateway that refuses', () => ({ status: 403, text: '<html>WAF</html>', contentType: 'text/html' })],
    ['a token was refused', () => refusing(401, 'no')],
  ])('could not be made if %s', async (_, answer) => {
    const { failure } = await outcomeOf(answer);
    expect(failure).toMatchObject({ code: 'FED_COULD_NOT_SAY', unsaid: { length: 3 } });
  });

  it('is refused although a provider does not know the user, which is said', () => {
    const outcome = new ListOutcome();
    const stranger = new ProviderAuthError('sp-b: it said 401', {
      provider: 'sp-b',
      step: 'federated-token',
      status: 401,
      isKeystonesWord: true,
    });
    outcome.note({ kind: 'unsaid', unsaid: { provider: 'sp-b', reason: 'it said 401', cause: stranger } });
    expect(outcome.failure('compute')?.code).toBe('FED_COULD_NOT_SAY');
    const refusal = new ProviderResponseError('no', { provider: 'home', status: 400, isRefusal: true });
    outcome.note({ kind: 'unsaid', unsaid: { provider: 'home', project: 'p', reason: 'no', cause: refusal } });
    expect(outcome.failure('compute')).toMatchObject({
      code: 'FED_RESPONSE',
      message: 'home/p: no; sp-b refused: it said 401.',
    });
  });
});

describe('a listing', () => {
  it('of a service that no provider has is no empty one', async () => {
    const { failure, outcome } = await outcomeOf(() => servers, {
      scopes: { home: ['research'], 'sp-c': ['archive'] },
      without: { home: ['compute'], 'sp-c': ['compute'] },
    });
    expect(failure).toMatchObject({ code: 'FED_RESPONSE', status: 404 });
    expect(failure?.message).toBe('home, sp-c have no compute service.');
    expect(outcome.withoutService).toEqual(['home', 'sp-c']);
  });

  it('of a service that some have lacks nothing, and says who has none', async () => {
    const { failure, outcome, items } = await outcomeOf(() => servers);
    expect({ failure, items, without: outcome.withoutService }).toEqual({
      failure: undefined,
      items: 3,
      without: ['sp-c'],
    });
  });

  it('that is empty everywhere is complete', async () => {
    const { failure } = await outcomeOf(() => ({ json: { servers: [] } }));
    expect(failure).toBeUndefined();
  });

  it('to which some answer is incomplete, whatever the others refuse', async () => {
    const { failure } = await outcomeOf(({ provider }) => (provider === 'home' ? servers : refusing(400, 'no')));
    expect(failure).toMatchObject({ code: 'FED_PARTIAL', unsaid: { length: 2 } });
  });

  it.each<[string, CloudAnswer]>([
    ['a loop', { json: { servers: [{ id: '1' }], servers_links: [{ rel: 'next', href: 'http://x/?marker=1' }] } }],
    ['an empty page with a link', { json: { servers: [], servers_links: [{ rel: 'next', href: 'http://x/?m=1' }] } }],
    ['a page that breaks off', { text: '{"servers": [{"id": "1"}, {"id":' }],
  ])('that ends in %s is incomplete where that is all there is', async (_, answer) => {
    const { failure } = await outcomeOf(() => answer, { scopes: { home: ['research'] } });
    expect(failure as FedError).toMatchObject({ code: 'FED_PARTIAL', unsaid: { length: 1 } });
  });

  it('of nothing, as the limit is 0, is complete', async () => {
    const { federation } = await fakeFederation({ scopes, answer: () => servers });
    const outcome = new ListOutcome();
    for await (const event of federation.list(server, { limit: 0 })) outcome.note(event);
    expect(outcome.failure('compute')).toBeUndefined();
  });
});
