import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Sandbox } from './api.ts';
import { type Fault, faultComplaint } from './faults/fault.ts';
import { type Exchange, exchangeOf, jsonBody } from './http/exchange.ts';
import { empty, json, type Reply } from './http/reply.ts';
import { Routes } from './http/routes.ts';
import { send } from './http/writer.ts';

interface ControlContext {
  readonly sandbox: Sandbox;
  readonly exchange: Exchange;
}

const shown = ({ id, fault }: { readonly id: number; readonly fault: Fault }) => ({ id, ...fault });

/**
 * For other processes:
 * - `POST /__sandbox/faults` with a fault (faults/fault.ts): 201 and the fault with its id
 * - `GET /__sandbox/faults`, `DELETE /__sandbox/faults`, `DELETE /__sandbox/faults/ID`
 * - `POST /__sandbox/expire-tokens?cloud=NAME`; without a name everywhere
 * - `GET /__sandbox/requests?cloud=NAME`, `DELETE /__sandbox/requests`
 */
const routes = new Routes<ControlContext>()
  .on('POST', '/__sandbox/faults', async ({ sandbox, exchange }) => {
    const fault = await jsonBody(exchange);
    const complaint = faultComplaint(fault);
    return complaint === undefined ? json(201, shown(await sandbox.faults.add(fault as Fault))) : refused(complaint);
  })
  .on('GET', '/__sandbox/faults', ({ sandbox }) => json(200, { faults: sandbox.faults.all.map(shown) }))
  .on('DELETE', '/__sandbox/faults', async ({ sandbox }) => {
    await sandbox.faults.clear();
    return empty(204);
  })
  .on('DELETE', '/__sandbox/faults/*', async ({ sandbox }, [id]) => {
    const found = sandbox.faults.all.find((one) => String(one.id) === id);
    await found?.remove();
    return found === undefined ? json(404, { message: `there is no fault ${id}` }) : empty(204);
  })
  .on('POST', '/__sandbox/expire-tokens', ({ sandbox, exchange }) => {
    sandbox.expireTokens(exchange.query.get('cloud') ?? undefined);
    return empty(204);
  })
  .on('GET', '/__sandbox/requests', ({ sandbox, exchange }) => {
    const name = exchange.query.get('cloud');
    const clouds = name === null ? sandbox.clouds : [sandbox.cloud(name)];
    return json(200, { requests: Object.fromEntries(clouds.map((cloud) => [cloud.name, cloud.requests])) });
  })
  .on('DELETE', '/__sandbox/requests', ({ sandbox }) => {
    sandbox.clearRequests();
    return empty(204);
  });

/** Answer a request to the control endpoint. */
export async function control(sandbox: Sandbox, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const exchange = exchangeOf(request);
  await send(response, await answer(sandbox, exchange), {});
}

async function answer(sandbox: Sandbox, exchange: Exchange): Promise<Reply> {
  const match = routes.match(exchange.method, exchange.path);
  if (match === undefined) return json(404, { message: 'there is no such path' });
  if ('allowed' in match) return json(405, { message: `use ${match.allowed.join(' or ')}` });
  try {
    return await match.handler({ sandbox, exchange }, match.parameters);
  } catch (error) {
    return refused(error instanceof RangeError ? error.message : 'the request could not be understood');
  }
}

function refused(message: string): Reply {
  return json(400, { message });
}
