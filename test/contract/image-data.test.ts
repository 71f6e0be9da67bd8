import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type ContractScope, NOBODY, useContract } from './contract.ts';

const contract = useContract();
const BYTES = { 'Content-Type': 'application/octet-stream' };
const PATCH = { 'Content-Type': 'application/openstack-images-v2.1-json-patch' };
const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('hex');

/** An image that is deleted in the end. */
async function withImage(
  use: (scope: ContractScope, url: string, id: string) => Promise<void>,
  fields: object = {},
): Promise<void> {
  const scope = await contract.home();
  const body = { name: `contract-${process.pid}`, disk_format: 'raw', container_format: 'bare', ...fields };
  const made = await scope.call('POST', `${scope.image}/images`, { body });
  expect(made.status).toBe(201);
  expect(made.json).toMatchObject({
    name: body.name,
    status: 'queued',
    size: null,
    visibility: 'shared',
    owner: scope.project.id,
  });
  const url = `${scope.image}/images/${made.json.id}`;
  expect(made.headers.location).toBe(url);
  try {
    await use(scope, url, made.json.id);
  } finally {
    await scope.call('PATCH', url, { headers: PATCH, body: '[{"op":"replace","path":"/protected","value":false}]' });
    expect((await scope.call('DELETE', url)).status).toBe(204);
    const gone = await scope.get(url);
    expect(gone.status).toBe(404);
    expect(gone.json.message).toContain(made.json.id);
  }
}

describe('the content of an image', () => {
  it.each([10, 64 * 1024, 3 * 1024 * 1024 + 17])('of %i bytes comes back byte for byte, with its MD5', async (size) => {
    const content = randomBytes(size);
    await withImage(async (scope, url) => {
      expect((await scope.get(`${url}/file`)).status).toBe(204);
      const uploaded = await scope.call('PUT', `${url}/file`, { headers: BYTES, body: content });
      expect(uploaded.status).toBe(204);
      const shown = (await scope.get(url)).json;
      expect(shown).toMatchObject({ status: 'active', size, checksum: md5(content), os_hash_algo: 'sha512' });
      expect(shown.os_hash_value).toBe(createHash('sha512').update(content).digest('hex'));
      const downloaded = await scope.get(`${url}/file`);
      expect(downloaded.status).toBe(200);
      expect(downloaded.headers).toMatchObject({
        'content-type': 'application/octet-stream',
        'content-length': String(size),
        'content-md5': md5(content),
      });
      expect(downloaded.bytes.equals(content)).toBe(true);
    });
  });

  it('is given in parts', async () => {
    await withImage(async (scope, url) => {
      await scope.call('PUT', `${url}/file`, { headers: BYTES, body: '0123456789' });
      const part = await scope.get(`${url}/file`, { headers: { Range: 'bytes=2-5' } });
      expect([part.status, part.text, part.headers['content-range']]).toEqual([206, '2345', 'bytes 2-5/10']);
      const rest = await scope.get(`${url}/file`, { headers: { Range: 'bytes=7-' } });
      expect([rest.status, rest.text]).toEqual([206, '789']);
      const outside = await scope.get(`${url}/file`, { headers: { Range: 'bytes=20-25' } });
      expect(outside.status).toBe(416);
    });
  });

  it('is taken once, and only as bytes', async () => {
    await withImage(async (scope, url) => {
      const json = await scope.call('PUT', `${url}/file`, {
        headers: { 'Content-Type': 'application/json' },
        body: '{}',
      });
      expect([json.status, json.json.code]).toEqual([415, '415 Unsupported Media Type']);
      expect((await scope.call('PUT', `${url}/file`, { headers: BYTES, body: 'x' })).status).toBe(204);
      const again = await scope.call('PUT', `${url}/file`, { headers: BYTES, body: 'y' });
      expect(again.status).toBe(409);
      expect(again.json.message).toContain('Image status transition from active to saving is not allowed');
      expect((await scope.get(`${url}/file`)).text).toBe('x');
    });
  });

  it('has no HEAD and no POST', async () => {
    await withImage(async (scope, url) => {
      const head = await scope.call('HEAD', `${url}/file`);
      expect(head.status).toBe(405);
      expect(head.headers.allow?.split(', ').sort()).toEqual(['GET', 'PUT']);
      expect((await scope.call('POST', `${url}/file`, { body: {} })).status).toBe(405);
    });
  });

  it('is withheld while the image is deactivated', async () => {
    await withImage(async (scope, url) => {
      await scope.call('PUT', `${url}/file`, { headers: BYTES, body: 'x' });
      expect((await scope.call('POST', `${url}/actions/deactivate`)).status).toBe(204);
      expect((await scope.get(`${url}/file`)).status).toBe(403);
      expect((await scope.call('POST', `${url}/actions/reactivate`)).status).toBe(204);
      expect((await scope.get(`${url}/file`)).text).toBe('x');
    });
  });

  it('of an unknown image is 404 to up- and download', async () => {
    const scope = await contract.home();
    const url = `${scope.image}/images/${NOBODY}/file`;
    for (const answer of [await scope.get(url), await scope.call('PUT', url, { headers: BYTES, body: 'x' })]) {
      expect(answer.status).toBe(404);
      expect(answer.json.message).toContain(NOBODY);
    }
  });
});

describe('an image', () => {
  it('is changed by a JSON patch of its own type', async () => {
    await withImage(async (scope, url) => {
      const patch = (operations: unknown, headers: Record<string, string> = PATCH) =>
        scope.call('PATCH', url, { headers, body: JSON.stringify(operations) });
      const renamed = await patch([
        { op: 'replace', path: '/name', value: 'renamed' },
        { op: 'add', path: '/flavour', value: 'mint' },
      ]);
      expect(renamed.json).toMatchObject({ name: 'renamed', flavour: 'mint' });
      expect((await patch([{ op: 'remove', path: '/flavour' }])).json.flavour).toBeUndefined();
      expect((await patch([], { 'Content-Type': 'application/json' })).status).toBe(415);
      expect((await patch({})).status).toBe(400);
      expect((await patch([{ op: 'replace', path: '/size', value: 1 }])).json.message).toContain(
        "Attribute 'size' is read-only.",
      );
      expect((await patch([{ op: 'replace', path: '/visibility', value: 'public' }])).status).toBe(403);
    });
  });

  it('can have an id that the client chose, which is refused a second time', async () => {
    const id = NOBODY.replace('4333', `4${String(process.pid).padStart(3, '0').slice(-3)}`);
    await withImage(
      async (scope, url) => {
        expect(url.endsWith(id)).toBe(true);
        const again = await scope.call('POST', `${scope.image}/images`, { body: { id } });
        expect([again.status, again.json.message]).toEqual([
          409,
          expect.stringContaining(`Image ID ${id} already exists!`),
        ]);
      },
      { id },
    );
  });

  it('is found by its properties and tags', async () => {
    const mark = `m${process.pid}`;
    await withImage(
      async (scope, url, id) => {
        const found = async (query: string) =>
          (await scope.get(`${scope.image}/images?${query}`)).json.images.map((one: { id: string }) => one.id);
        expect(await found(`contract_mark=${mark}`)).toEqual([id]);
        expect(await found(`tag=${mark}`)).toEqual([id]);
        expect((await scope.call('PUT', `${url}/tags/more`)).status).toBe(204);
        expect(await found(`tag=${mark}&tag=more`)).toEqual([id]);
        expect((await scope.call('DELETE', `${url}/tags/more`)).status).toBe(204);
        expect(await found(`tag=${mark}&tag=more`)).toEqual([]);
      },
      { contract_mark: mark, tags: [mark] },
    );
  });

  it('that is protected cannot be deleted', async () => {
    await withImage(
      async (scope, url) => {
        expect((await scope.call('DELETE', url)).status).toBe(403);
      },
      { protected: true },
    );
  });

  it('that is gone is named by DELETE in other words than by GET', async () => {
    const scope = await contract.home();
    const answer = await scope.call('DELETE', `${scope.image}/images/${NOBODY}`);
    expect([answer.status, answer.json.message]).toEqual([
      404,
      expect.stringContaining(`Failed to find image ${NOBODY} to delete`),
    ]);
  });

  it('has the stores and ways to import that the service names', async () => {
    const scope = await contract.home();
    expect((await scope.get(`${scope.image}/info/import`)).json['import-methods'].value).toContain('glance-direct');
    expect((await scope.get(`${scope.image}/info/stores`)).json.stores[0].default).toBe('true');
    expect((await scope.get(`${scope.image}/schemas/image`)).json.name).toBe('image');
  });
});
