import { describe, expect, it } from 'vitest';
import { type ContractScope, eventually, useContract } from './contract.ts';
import { sandboxOnly } from './differences.ts';

const contract = useContract();

/** A volume that is there, and gone in the end. */
async function withVolume(use: (scope: ContractScope, url: string, id: string) => Promise<void>): Promise<void> {
  const scope = await contract.home();
  const body = { volume: { size: 1, name: `contract-${process.pid}`, description: 'd', metadata: { a: 'b' } } };
  const made = await scope.call('POST', `${scope.volume}/volumes`, { body });
  expect(made.status).toBe(202);
  expect(made.json.volume).toMatchObject({
    status: 'creating',
    size: 1,
    name: body.volume.name,
    metadata: { a: 'b' },
    attachments: [],
  });
  expect(made.headers.location).toBeUndefined();
  const { id } = made.json.volume;
  const url = `${scope.volume}/volumes/${id}`;
  try {
    await eventually(
      () => scope.get(url),
      (answer) => answer.json.volume.status === 'available',
    );
    await use(scope, url, id);
  } finally {
    const deleted = await scope.call('DELETE', url);
    expect([deleted.status, deleted.text]).toEqual([202, '']);
    const gone = await eventually(
      () => scope.get(url),
      (answer) => answer.status === 404,
    );
    expect(gone.json.itemNotFound.message).toBe(`Volume ${id} could not be found.`);
    expect((await scope.call('DELETE', url)).status).toBe(404);
  }
}

describe('a volume', () => {
  it('is made, shown, changed and deleted', async () => {
    await withVolume(async (scope, url, id) => {
      const shown = (await scope.get(url)).json.volume;
      expect(shown).toMatchObject({
        id,
        'os-vol-tenant-attr:tenant_id': scope.project.id,
        user_id: scope.userId,
        bootable: 'false',
        volume_type: 'standard',
        availability_zone: 'nova',
      });
      expect(shown.created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/);
      expect(shown.links).toEqual([
        { rel: 'self', href: url },
        { rel: 'bookmark', href: url.replace('/v3/', '/') },
      ]);
      const renamed = await scope.call('PUT', url, { body: { volume: { name: 'renamed' } } });
      expect(renamed.json.volume.name).toBe('renamed');
      const older = { volume: { display_name: 'again', display_description: 'v1' } };
      const again = await scope.call('PUT', url, { body: older });
      expect(again.json.volume).toMatchObject({ name: 'again', description: 'v1' });
      expect(again.json.volume.display_name).toBeUndefined();
      const bogus = await scope.call('PUT', url, { body: { volume: { bogus: 1 } } });
      expect([bogus.status, bogus.json.badRequest.message]).toEqual([
        400,
        expect.stringContaining("('bogus' was unexpected)"),
      ]);
      expect((await scope.call('PUT', url, { body: {} })).status).toBe(400);
    });
  });

  it('has metadata of its own path', async () => {
    await withVolume(async (scope, url) => {
      expect((await scope.get(`${url}/metadata`)).json).toEqual({ metadata: { a: 'b' } });
      const added = await scope.call('POST', `${url}/metadata`, { body: { metadata: { x: 'y' } } });
      expect(added.json.metadata).toEqual({ a: 'b', x: 'y' });
      expect((await scope.get(url)).json.volume.metadata).toEqual({ a: 'b', x: 'y' });
    });
  });

  it('takes actions with an empty answer, and refuses those of operators and unknown ones', async () => {
    await withVolume(async (scope, url) => {
      const act = (body: unknown) => scope.call('POST', `${url}/action`, { body });
      const bootable = await act({ 'os-set_bootable': { bootable: true } });
      expect([bootable.status, bootable.text]).toEqual([200, '']);
      expect((await scope.get(url)).json.volume.bootable).toBe('true');
      expect((await act({ 'os-reset_status': { status: 'error' } })).status).toBe(403);
      const unknown = await act({ 'os-bogus': {} });
      expect(unknown.json.badRequest.message).toContain('There is no such action: os-bogus');
      expect((await act({})).json.badRequest.message).toBe('Malformed request body');
    });
  });

  it('is in the list of its project, with or without details', async () => {
    await withVolume(async (scope, _, id) => {
      const brief = await scope.get(`${scope.volume}/volumes?name=contract-${process.pid}`);
      expect(brief.json.volumes).toEqual([{ id, name: `contract-${process.pid}`, links: expect.any(Array) }]);
      const full = await scope.get(`${scope.volume}/volumes/detail?name=contract-${process.pid}`);
      expect(full.json.volumes[0]).toMatchObject({ id, size: 1, status: 'available' });
    });
  });

  sandboxOnly('snapshots and backups')('can be extended', async () => {
    await withVolume(async (scope, url) => {
      expect((await scope.call('POST', `${url}/action`, { body: { 'os-extend': { new_size: 2 } } })).status).toBe(202);
      expect((await scope.get(url)).json.volume.size).toBe(2);
      expect((await scope.call('POST', `${url}/action`, { body: { 'os-extend': { new_size: 1 } } })).status).toBe(400);
    });
  });

  sandboxOnly('snapshots and backups')('cannot be deleted before its snapshots are', async () => {
    await withVolume(async (scope, url, id) => {
      const made = await scope.call('POST', `${scope.volume}/snapshots`, {
        body: { snapshot: { volume_id: id, name: 's' } },
      });
      expect(made.status).toBe(202);
      const snapshot = `${scope.volume}/snapshots/${made.json.snapshot.id}`;
      expect((await scope.get(snapshot)).json.snapshot).toMatchObject({ volume_id: id, status: 'available' });
      expect((await scope.call('PUT', snapshot, { body: { snapshot: { name: 't' } } })).json.snapshot.name).toBe('t');
      const refused = await scope.call('DELETE', url);
      expect([refused.status, refused.json.badRequest.message]).toEqual([
        400,
        expect.stringContaining('must not be migrating, attached'),
      ]);
      const copy = await scope.call('POST', `${scope.volume}/volumes`, {
        body: { volume: { snapshot_id: made.json.snapshot.id } },
      });
      expect(copy.json.volume).toMatchObject({ snapshot_id: made.json.snapshot.id, size: 1 });
      expect((await scope.call('DELETE', `${scope.volume}/volumes/${copy.json.volume.id}`)).status).toBe(202);
      expect((await scope.call('DELETE', snapshot)).status).toBe(202);
      expect((await scope.get(snapshot)).status).toBe(404);
    });
  });

  sandboxOnly('snapshots and backups')('can be backed up', async () => {
    await withVolume(async (scope, _, id) => {
      const made = await scope.call('POST', `${scope.volume}/backups`, {
        body: { backup: { volume_id: id, name: 'b' } },
      });
      expect(made.status).toBe(202);
      const backup = `${scope.volume}/backups/${made.json.backup.id}`;
      expect((await scope.get(backup)).json.backup).toMatchObject({ volume_id: id, status: 'available', name: 'b' });
      expect((await scope.call('DELETE', backup)).status).toBe(202);
      expect((await scope.get(backup)).status).toBe(404);
    });
  });
});
