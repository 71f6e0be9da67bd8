/** Services whose pages lead nowhere: what is behind them is missing, and not the end. */
import { describe, expect, it } from 'vitest';
import { pageOf } from '../../support/aggregated.ts';
import { type CloudAnswer, type CloudRequest, fakeFederation } from '../../support/fake-federation.ts';

const scopes = { home: ['research'], 'sp-a': ['one'] };

/** home gives these pages, each with a link; sp-a has one volume. */
function answering(pages: ReadonlyArray<{ readonly ids: readonly string[]; readonly link: string }>) {
  let page = 0;
  return ({ provider }: CloudRequest): CloudAnswer => {
    if (provider !== 'home') return { json: { volumes: [{ id: 'z', name: 'z' }] } };
    const { ids = [], link = '' } = pages[page] ?? {};
    page += 1;
    const volumes = ids.map((id) => ({ id, name: id }));
    return { json: { volumes, volumes_links: [{ rel: 'next', href: `http://x/volumes${link}` }] } };
  };
}

describe.each(['volume/volumes', 'volume/volumes?sort=name:asc'])('%s', (target) => {
  it.each([
    [
      'repeats',
      [
        { ids: ['a'], link: '?marker=a' },
        { ids: ['b'], link: '?marker=a' },
      ],
      'the link to the next one repeats',
    ],
    [
      'is that of an earlier one',
      [
        { ids: ['a'], link: '?marker=a' },
        { ids: ['b'], link: '?marker=b' },
        { ids: ['c'], link: '?marker=a' },
      ],
      'the link to the next one repeats',
    ],
    [
      'leads to the same page',
      [
        { ids: ['a'], link: '?m=1' },
        { ids: ['a'], link: '?m=2' },
      ],
      'one of them repeats',
    ],
    [
      'is on a page without items',
      [
        { ids: ['a'], link: '?marker=a' },
        { ids: [], link: '?marker=b' },
      ],
      'one without items has a link to the next',
    ],
    ['says nothing', [{ ids: ['a'], link: '' }], 'the link to the next one does not say which it is'],
  ])('misses what is behind a link that %s', async (_, pages, reason) => {
    const { federation } = await fakeFederation({ scopes, answer: answering(pages) });
    const { ids, next, missing } = await pageOf(federation, target);
    expect(ids).toEqual([...new Set(pages.flatMap((page) => page.ids)), 'z']);
    expect(next).toBeUndefined();
    expect(missing).toEqual([`home/research: the pages of volumes come to no end: ${reason}`]);
  });
});
