import { describe, expect, it } from 'vitest';
import { ConfigError, ProviderResponseError, TransportError, type Unsaid } from '../../src/errors.ts';
import { incompleteListing, nothingFound } from '../../src/federation/outcome.ts';

const answered = (status: number) => new ProviderResponseError('x', { provider: 'p', status });
const broken = (reason: 'connect' | 'reset') => new TransportError('x', { provider: 'sp-a', reason, url: '' });

function unsaid(provider: string, cause: unknown, rank: number, reason = 'why'): Unsaid {
  return { provider, reason, cause, rank };
}

describe('what is said of a provider that gave no result', () => {
  it.each([
    [answered(403), 'sp-a refused: why.'],
    [answered(401), 'sp-a refused: why.'],
    [answered(400), 'sp-a did not take the request: why.'],
    [answered(503), 'sp-a could not say: why.'],
    [broken('connect'), 'sp-a could not be reached: why.'],
    [broken('reset'), 'sp-a gave no answer: why.'],
    [new DOMException('x', 'TimeoutError'), 'sp-a gave no answer: why.'],
    [new ConfigError('x'), 'sp-a could not be asked: why.'],
  ])('names what happened: %s', (cause, expected) => {
    expect(incompleteListing(1, [unsaid('sp-a', cause, 0)])?.message).toBe(`The listing is incomplete: ${expected}`);
  });

  it('is a line for each reason, in the federation’s order, whoever failed first', () => {
    const all = [
      unsaid('sp-c', answered(503), 3, 'it answered 503'),
      unsaid('sp-b', answered(403), 2, 'it answered 403'),
      unsaid('home', answered(503), 0, 'it answered 503'),
    ];
    const lines = '  home, sp-c could not say: it answered 503\n  sp-b refused: it answered 403';
    expect(incompleteListing(1, all)?.message).toBe(`The listing is incomplete:\n${lines}`);
    expect(nothingFound('volume x', ['sp-a'], all)).toMatchObject({
      message: `volume x was not found at sp-a; others could not say:\n${lines}`,
      unsaid: [{ provider: 'home' }, { provider: 'sp-b' }, { provider: 'sp-c' }],
    });
  });
});
