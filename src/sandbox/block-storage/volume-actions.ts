import { dig, isRecord, jsonBody } from '../http/exchange.ts';
import { empty, type Reply } from '../http/reply.ts';
import type { Handler } from '../http/routes.ts';
import type { Item } from '../stock/collection.ts';
import { fault } from '../wsgi/answers.ts';
import { own, type VolumeContext } from './context.ts';

type Change = (context: VolumeContext, volume: Item, options: unknown) => Reply;

const accepted = (status: number) => empty(status, [['Content-Type', 'application/json']]);

function changed(context: VolumeContext, volume: Item, fields: Readonly<Record<string, unknown>>, status = 202): Reply {
  own(context, 'volumes').put({ ...volume, ...fields });
  return accepted(status);
}

const operatorsOnly =
  (policy: string): Change =>
  () =>
    fault(403, `Policy doesn't allow volume_extension:volume_admin_actions:${policy} to be performed.`);

const actions: Readonly<Record<string, Change>> = {
  'os-extend': (context, volume, options) => {
    const size = Number(dig(options, 'new_size'));
    if (size <= Number(volume.size)) {
      return fault(
        400,
        `Invalid input received: New size for extend must be greater than current size. (current: ${volume.size}, extended: ${size}).`,
      );
    }
    return changed(context, volume, { size });
  },
  'os-set_bootable': (context, volume, options) =>
    changed(context, volume, { bootable: String(dig(options, 'bootable') === true) }, 200),
  'os-attach': (context, volume) => changed(context, volume, { status: 'in-use' }),
  'os-detach': (context, volume) => {
    const reply = changed(context, volume, { status: 'available', attachments: [] });
    // How a server looks depends on its volumes.
    for (const { server_id } of volume.attachments as { server_id: string }[]) {
      const server = own(context, 'servers').get(server_id);
      if (server !== undefined) own(context, 'servers').put({ ...server });
    }
    return reply;
  },
  'os-reserve': (context, volume) => changed(context, volume, { status: 'attaching' }),
  'os-unreserve': (context, volume) => changed(context, volume, { status: 'available' }),
  'os-reset_status': operatorsOnly('reset_status'),
  'os-force_delete': operatorsOnly('force_delete'),
};

/** Actions: the body is looked at before the id is. */
export function volumeAction(
  withVolume: (handle: (context: VolumeContext, volume: Item) => Reply) => Handler<VolumeContext>,
): Handler<VolumeContext> {
  return async (context, parameters) => {
    const body = await jsonBody(context.exchange);
    const name = isRecord(body) ? Object.keys(body)[0] : undefined;
    if (!isRecord(body) || name === undefined) return fault(400, 'Malformed request body');
    const act = actions[name];
    if (act === undefined) {
      return fault(
        400,
        `There is no such action: ${name}. Verify the request body and Content-Type header and try again.`,
      );
    }
    return withVolume((_, volume) => act(context, volume, body[name]))(context, parameters);
  };
}
