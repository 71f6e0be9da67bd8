import { randomBytes, randomUUID } from 'node:crypto';
import { microseconds } from '../data/time.ts';
import { text } from '../http/exchange.ts';
import { empty, json, type Reply } from '../http/reply.ts';
import type { Handler, Routes } from '../http/routes.ts';
import type { Item } from '../stock/collection.ts';
import { fault, notInThisVersion } from '../wsgi/answers.ts';
import { bodyUnder, missing } from './body.ts';
import { links, own, type VolumeContext } from './context.ts';

/** A transfer without what only its maker is told. */
function shown(context: VolumeContext, { id, name, volume_id, created_at }: Item): Record<string, unknown> {
  return { id, name, volume_id, created_at, links: links(context, `/os-volume-transfer/${id}`) };
}

const withTransfer = (handle: (context: VolumeContext, one: Item) => Reply): Handler<VolumeContext> => {
  return (context, [id = '']) => {
    const transfer = own(context, 'transfers').get(id);
    return transfer === undefined ? missing('Transfer', id) : handle(context, transfer);
  };
};

async function create(context: VolumeContext): Promise<Reply> {
  const body = await bodyUnder(context, 'transfer');
  if ('refused' in body) return body.refused;
  const id = text(body.given.volume_id) ?? '';
  const volume = own(context, 'volumes').get(id);
  if (volume === undefined) return missing('Volume', id);
  if (volume.status !== 'available') return fault(400, 'Invalid volume: status must be available');
  own(context, 'volumes').put({ ...volume, status: 'awaiting-transfer' });
  const transfer = own(context, 'transfers').put({
    ...{ id: randomUUID(), name: text(body.given.name) ?? null, volume_id: volume.id },
    ...{ created_at: microseconds(context.cloud.clock.now()), auth_key: randomBytes(8).toString('hex') },
  });
  return json(202, { transfer: { ...shown(context, transfer), auth_key: transfer.auth_key } });
}

/** Whoever has the key of a transfer takes the volume, although the transfer is seen by its maker's project alone. */
const accept: Handler<VolumeContext> = async (context, [id = '']) => {
  const body = await bodyUnder(context, 'accept');
  if ('refused' in body) return body.refused;
  const { stock, directory } = context.cloud;
  const from = directory.projects.find((project) => stock.of(project, 'transfers').get(id) !== undefined);
  const transfer = from && stock.of(from, 'transfers').get(id);
  if (from === undefined || transfer === undefined) return missing('Transfer', id);
  if (transfer.auth_key !== body.given.auth_key) {
    return fault(400, `Invalid auth key: Attempt to transfer ${id} with invalid auth key.`);
  }
  const volume = stock.of(from, 'volumes').get(String(transfer.volume_id));
  stock.of(from, 'transfers').remove(id);
  if (volume !== undefined) {
    stock.of(from, 'volumes').remove(volume.id);
    const owner = { 'os-vol-tenant-attr:tenant_id': context.token.project.id, user_id: context.token.user.id };
    own(context, 'volumes').put({ ...volume, ...owner, status: 'available' });
  }
  return json(202, { transfer: shown(context, transfer) });
};

/** Volumes that go from one project to another. */
export function transferRoutes(routes: Routes<VolumeContext>): void {
  for (const path of ['/os-volume-transfer', '/volume-transfers']) {
    routes
      .on('GET', path, (context) =>
        json(200, {
          transfers: own(context, 'transfers').all.map(({ id, name, volume_id }) => ({ id, name, volume_id })),
        }),
      )
      .on('GET', `${path}/detail`, (context) =>
        json(200, { transfers: own(context, 'transfers').all.map((one) => shown(context, one)) }),
      )
      .on('POST', path, create)
      .on(
        'GET',
        `${path}/*`,
        withTransfer((context, one) => json(200, { transfer: shown(context, one) })),
      )
      .on(
        'DELETE',
        `${path}/*`,
        withTransfer((context, { id, volume_id }) => {
          own(context, 'transfers').remove(id);
          const volume = own(context, 'volumes').get(String(volume_id));
          if (volume !== undefined) own(context, 'volumes').put({ ...volume, status: 'available' });
          return empty(202, [['Content-Type', 'text/html; charset=UTF-8']]);
        }),
      )
      .on('PUT', `${path}/*`, notInThisVersion)
      .on('POST', `${path}/*/accept`, accept);
  }
}
