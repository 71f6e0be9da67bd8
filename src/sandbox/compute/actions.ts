import { isRecord, jsonBody } from '../http/exchange.ts';
import { empty, json, type Reply } from '../http/reply.ts';
import type { Handler, Routes } from '../http/routes.ts';
import type { Item } from '../stock/collection.ts';
import { fault } from '../wsgi/answers.ts';
import { type ComputeContext, forbidden, own } from './context.ts';
import { withServer } from './servers.ts';

interface State {
  readonly status: string;
  readonly vm_state: string;
  readonly power_state: number;
}

const active: State = { status: 'ACTIVE', vm_state: 'active', power_state: 1 };
const stopped: State = { status: 'SHUTOFF', vm_state: 'stopped', power_state: 4 };

/** Actions that take a server from some states to another. */
const transitions: Readonly<
  Record<string, { readonly from: readonly string[]; readonly to: State; readonly verb: string }>
> = {
  'os-start': { from: ['stopped'], to: active, verb: 'start' },
  'os-stop': { from: ['active', 'error'], to: stopped, verb: 'stop' },
  reboot: { from: ['active', 'stopped', 'paused', 'error'], to: active, verb: 'reboot' },
  pause: { from: ['active'], to: { status: 'PAUSED', vm_state: 'paused', power_state: 3 }, verb: 'pause' },
  unpause: { from: ['paused'], to: active, verb: 'unpause' },
  suspend: { from: ['active'], to: { status: 'SUSPENDED', vm_state: 'suspended', power_state: 4 }, verb: 'suspend' },
  resume: { from: ['suspended'], to: active, verb: 'resume' },
  rebuild: { from: ['active', 'stopped', 'error'], to: active, verb: 'rebuild' },
};

const others: Readonly<Record<string, (context: ComputeContext, server: Item) => Reply>> = {
  lock: (context, server) => changed(context, server, { locked: true }),
  unlock: (context, server) => changed(context, server, { locked: false }),
  'os-getConsoleOutput': () => json(200, { output: 'sandbox login: ' }),
  'os-resetState': () => forbidden('os-admin-actions:reset_state'),
  migrate: () => forbidden('os-migrate-server:migrate'),
};

export function actionRoutes(routes: Routes<ComputeContext>): void {
  routes.on('POST', '/servers/*/action', action);
}

/** The body is looked at before the id is. */
const action: Handler<ComputeContext> = async (context, parameters) => {
  const body = await jsonBody(context.exchange);
  const name = isRecord(body) ? Object.keys(body)[0] : undefined;
  if (name === undefined) return fault(400, 'Malformed request body');
  const transition = transitions[name];
  const other = others[name];
  if (transition === undefined && other === undefined) return fault(400, `There is no such action: ${name}`);
  return withServer((_, server) => {
    if (other !== undefined) return other(context, server);
    if (transition === undefined || transition.from.includes(String(server.vm_state))) {
      return changed(context, server, { ...transition?.to });
    }
    const message = `Cannot '${transition.verb}' instance ${server.id} while it is in vm_state ${server.vm_state}`;
    return fault(409, message);
  })(context, parameters);
};

function changed(context: ComputeContext, server: Item, fields: Readonly<Record<string, unknown>>): Reply {
  own(context, 'servers').put({ ...server, ...fields });
  return empty(202, [['Content-Type', 'application/json']]);
}
