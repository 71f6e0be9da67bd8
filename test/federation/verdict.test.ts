import { describe, expect, it } from 'vitest';
import type { Named } from '../../src/federation/resource.ts';
import { subjectOf } from '../../src/federation/subject.ts';
import { verdictOf } from '../../src/federation/verdict.ts';
import { bodyOf, type HeaderPairs } from '../../src/ports/http.ts';

const ID = '6f1f2f3f-0000-4000-8000-00000000000a';
const OTHER = '6f1f2f3f-0000-4000-8000-00000000000b';

async function namedIn(target: string): Promise<Named> {
  const { named } = await subjectOf(target);
  if (named === undefined) throw new Error(`${target} names nothing`);
  return named;
}

interface Answer {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: HeaderPairs;
  readonly contentType?: string;
}

async function verdict(target: string, { status = 200, body, headers = [], contentType }: Answer) {
  const text = typeof body === 'string' ? body : JSON.stringify(body ?? {});
  const { kind, ...rest } = await verdictOf(await namedIn(target), {
    status,
    statusText: '',
    headers: [['Content-Type', contentType ?? 'application/json'], ...headers],
    body: bodyOf(new TextEncoder().encode(text)),
    url: 'http://cloud.test/',
  });
  return { kind, ...('id' in rest && { id: rest.id }), ...('reason' in rest && { reason: rest.reason }) };
}

describe('an answer that a resource is here', () => {
  it.each<[string, unknown, string]>([
    [`volume/volumes/${ID}`, { volume: { id: ID } }, ID],
    [`volume/volumes/${ID.toUpperCase()}`, { volume: { id: ID } }, ID],
    [`identity/users/${ID.replaceAll('-', '')}`, { user: { id: ID } }, ID],
    // A key says what is within it.
    [`volume/volumes/${ID}`, { volume: { name: 'no id' } }, ID],
    [`image/images/${ID}`, { id: ID, owner: 'x' }, ID],
    ['compute/flavors/1', { flavor: { id: '1' } }, '1'],
    ['compute/os-aggregates/7', { aggregate: { id: 7 } }, '7'],
    [`volume/groups/${ID}`, { group: { id: ID } }, ID],
    [`dns/zones/${ID}`, { id: ID, name: 'example.org.' }, ID],
    [`alarm/alarms/${ID}`, { alarm_id: ID }, ID],
    ['baremetal/nodes/node-7', { uuid: ID, name: 'node-7' }, ID],
    [`key-manager/secrets/${ID}`, { secret_ref: `http://barbican/v1/secrets/${ID}` }, ID],
    [`x-foo/things/${ID}`, { thing: { thing_id: ID } }, ID],
  ])('%s by %j', async (target, body, id) => {
    expect(await verdict(target, { body })).toEqual({ kind: 'here', id });
  });

  it.each<[string, unknown, string]>([
    [`volume/volumes/${ID}`, { volume: { id: OTHER } }, `another volume (${OTHER})`],
    [`image/images/${ID}`, { status: 'maintenance' }, 'without a image'],
    [`image/images/${ID}`, { id: OTHER }, `another image (${OTHER})`],
    [`volume/groups/${ID}`, { group: { id: OTHER } }, `another block-storage/groups (${OTHER})`],
    [`x-foo/things/${ID}`, { error: { message: 'later' } }, 'without a x-foo/things'],
    [`dns/zones/${ID}`, { zones: [] }, 'without a dns/zones'],
  ])('%s not by %j', async (target, body, reason) => {
    expect(await verdict(target, { body })).toEqual({ kind: 'unsaid', reason: expect.stringContaining(reason) });
  });

  it('is a redirection to a stack, by its name or its id', async () => {
    const headers = [['Location', `http://heat/v1/p/stacks/web/${ID}`]] as const;
    expect(await verdict('orchestration/stacks/web', { status: 302, headers })).toEqual({ kind: 'here', id: ID });
    expect(await verdict(`orchestration/stacks/${ID}`, { status: 302, headers })).toEqual({ kind: 'here', id: ID });
    expect(await verdict('orchestration/stacks/other', { status: 302, headers })).toMatchObject({ kind: 'unsaid' });
    expect(await verdict(`volume/volumes/${ID}`, { status: 302, headers })).toMatchObject({ kind: 'unsaid' });
  });

  it("is Object Storage's, and no page of something before it", async () => {
    const headers = [['X-Container-Object-Count', '0']] as const;
    const plain = { contentType: 'text/plain', body: '' };
    expect(await verdict('object-store/c', { status: 204, headers, ...plain })).toEqual({ kind: 'here', id: 'c' });
    expect(await verdict('object-store/c', { status: 200, headers, body: [] })).toEqual({ kind: 'here', id: 'c' });
    expect(await verdict('object-store/c', { status: 200, ...plain })).toMatchObject({ kind: 'unsaid' });
  });
});

describe('an answer that a resource is not here', () => {
  it.each<[string, unknown]>([
    [`volume/volumes/${ID}`, { itemNotFound: { code: 404, message: `Volume ${ID} could not be found.` } }],
    [`volume/volumes/${ID.toUpperCase()}`, { itemNotFound: { message: `Volume ${ID} could not be found.` } }],
    [`network/ports/${ID}`, { NeutronError: { type: 'PortNotFound', message: `Port ${ID} could not be found.` } }],
    [`dns/zones/${ID}`, { code: 404, type: 'zone_not_found', message: 'Could not find Zone' }],
    [`key-manager/secrets/${ID}`, { code: 404, title: 'Not Found', description: 'Secret not found.' }],
    [
      `key-manager/secrets/${ID}`,
      { description: 'Not Found. Sorry but your secret is in another castle.', code: 404, title: 'Not Found' },
    ],
    [`orchestration/stacks/web/${ID}`, { code: 404, error: { type: 'EntityNotFound', message: 'The Stack (web) …' } }],
    [`shared-file-system/shares/${ID}`, { itemNotFound: { code: 404, message: 'The resource could not be found.' } }],
    [`compute/images/${ID}`, { itemNotFound: { code: 404, message: 'Image not found.' } }],
    [`load-balancer/lbaas/pools/${ID}`, { faultcode: 'Client', faultstring: `Pool ${ID} not found.` }],
  ])('%s by %j', async (target, body) => {
    expect(await verdict(target, { status: 404, body })).toEqual({ kind: 'absent' });
  });

  it.each<[string, unknown]>([
    // A gateway quotes the path.
    [`volume/volumes/${ID}`, { message: `no route matches GET /v3/p/volumes/${ID}` }],
    [`volume/volumes/${ID}`, { path: `/volumes/${ID}`, error: 'Not Found', status: 404 }],
    [`volume/volumes/${ID}`, { itemNotFound: { code: 404, message: 'The resource could not be found.' } }],
    [`dns/zones/${ID}`, { code: 404, type: 'not_found', message: 'Not Found' }],
    // A microversion that lacks the path says the same.
    [
      `shared-file-system/share-transfers/${ID}`,
      { itemNotFound: { code: 404, message: 'The resource could not be found.' } },
    ],
    ['compute/flavors/4', { itemNotFound: { code: 404, message: 'The resource could not be found.' } }],
    ['compute/flavors/1', { message: 'upstream 10.1.1.1 has no such page', code: '404 Not Found' }],
  ])('%s not by %j', async (target, body) => {
    expect(await verdict(target, { status: 404, body })).toMatchObject({ kind: 'unsaid' });
  });

  it('is what Object Storage says in HTML, and nothing else that is HTML', async () => {
    const html = { status: 404, contentType: 'text/html', body: '<html><h1>Not Found</h1></html>' };
    const headers = [['X-Trans-Id', 'tx1']] as const;
    expect(await verdict('object-store/c/o', { ...html, headers })).toEqual({ kind: 'absent' });
    expect(await verdict('object-store/c/o', html)).toMatchObject({ kind: 'unsaid' });
    expect(await verdict(`volume/volumes/${ID}`, { ...html, headers })).toMatchObject({ kind: 'unsaid' });
  });
});
