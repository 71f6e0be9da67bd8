import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { blockStorage } from './block-storage/service.ts';
import type { SandboxCloud } from './cloud.ts';
import { compute } from './compute/service.ts';
import type { FaultBoard } from './faults/board.ts';
import type { RequestFault } from './faults/fault.ts';
import { furtherHandlers, type ServiceHandler } from './further/services.ts';
import { furtherServices } from './further/types.ts';
import { type Exchange, exchangeOf } from './http/exchange.ts';
import { apacheFailure, apachePage, html, json, type Reply } from './http/reply.ts';
import { cutHead, DRIP_MS, dripFor, type Sending, send } from './http/writer.ts';
import { identity } from './identity/service.ts';
import { image } from './image/service.ts';
import type { RequestLog } from './log.ts';
import type { Cloud } from './model.ts';
import { network } from './network/service.ts';
import { placement } from './placement/service.ts';

interface Mounted {
  readonly prefix: string;
  /** Canonical service type. */
  readonly service: string;
  readonly handle: ServiceHandler;
}

const mounts: readonly Mounted[] = [
  { prefix: '/Shibboleth.sso', service: 'identity', handle: (cloud, exchange) => present(cloud, exchange) },
  { prefix: '/identity', service: 'identity', handle: identity },
  { prefix: '/volume', service: 'block-storage', handle: blockStorage },
  { prefix: '/compute', service: 'compute', handle: compute },
  { prefix: '/image', service: 'image', handle: image },
  { prefix: '/network', service: 'network', handle: network },
  { prefix: '/placement', service: 'placement', handle: placement },
  ...furtherServices.map((service) => ({ prefix: `/${service}`, service, handle: furtherHandlers[service] })),
];

/** Answer one request to a cloud, with the faults that stand. */
export async function serve(
  cloud: SandboxCloud,
  board: FaultBoard,
  log: RequestLog,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const asked = exchangeOf(request);
  const target = request.url ?? '/';
  const { cloud: here, prefix: region } = cloud.at(asked.path);
  const exchange =
    region === '' ? asked : { ...asked, path: asked.path.slice(region.length), origin: asked.origin + region };
  const mount = mounts.find(({ prefix }) => exchange.path === prefix || exchange.path.startsWith(`${prefix}/`));
  const faults = board.matching(here, mount?.service ?? '', exchange.method, target);
  const complete = log.begin(exchange.method, target);
  if (faults.some(({ kind }) => kind === 'hang')) return;
  const wait = faults.reduce(
    (sum, fault) => (fault.kind === 'latency' ? sum + fault.ms : sum),
    cloud.settings.latencyMs,
  );
  if (wait > 0) await delay(wait, undefined, { ref: false });
  const isEcho = faults.some(({ kind }) => kind === 'echo');
  const reply =
    (isEcho ? await echo(exchange) : faultReply(faults, target)) ??
    moved(here, exchange) ??
    (await answer(here, exchange, mount, faults));
  complete({ status: reply.status, ...exchange.seen });
  if (response.destroyed) return;
  const cut = faults.find((fault) => fault.kind === 'cut');
  const slow = faults.find((fault) => fault.kind === 'slow');
  if (faults.some(({ kind }) => kind === 'cut-head')) return cutHead(response);
  const drip = faults.find((fault) => fault.kind === 'drip');
  if (drip !== undefined) return dripFor(response, reply, drip.ms ?? DRIP_MS);
  const length = faults.find((fault) => fault.kind === 'length');
  const sending: Sending = {
    ...(length === undefined ? {} : { lengthBy: length.by }),
    ...(faults.some(({ kind }) => kind === 'truncated') && { truncated: true }),
    ...(cut === undefined ? {} : { cutAfter: cut.afterBytes ?? 'half' }),
    ...(slow === undefined ? {} : { bytesPerSecond: slow.bytesPerSecond }),
  };
  // A body that cannot be read to its end (an image that is deleted meanwhile) breaks off.
  await send(response, reply, sending).catch(() => response.destroy());
}

async function answer(
  cloud: Cloud,
  exchange: Exchange,
  mount: Mounted | undefined,
  faults: readonly RequestFault[],
): Promise<Reply> {
  if (faults.some(({ kind }) => kind === 'expired-tokens')) cloud.tokens.expireAll();
  if (mount === undefined || !cloud.region.offers(mount.service) || cloud.region.shares(mount.service)) {
    return nothingHere();
  }
  try {
    if (exchange.path === cloud.module.presentPath) return await present(cloud, exchange);
    return await mount.handle(cloud, exchange, exchange.path.slice(mount.prefix.length));
  } catch (error) {
    // A client that went away in the middle of its body is no fault of ours.
    if (!exchange.stream.errored) process.emitWarning(error instanceof Error ? error : String(error));
    return apacheFailure();
  }
}

function present(cloud: Cloud, exchange: Exchange): Reply | Promise<Reply> {
  const here = cloud.saml !== 'idp' && exchange.path === cloud.module.presentPath;
  return here ? cloud.module.present(cloud, exchange) : nothingHere();
}

/** The old addresses of a cloud that has moved its services. */
function moved(cloud: Cloud, { path, origin, query }: Exchange): Reply | undefined {
  const old = path.startsWith('/moved/') && cloud.trouble.catalog.some(({ change }) => change === 'moved');
  if (!old) return undefined;
  return redirect(301, `${origin}${path.slice('/moved'.length)}${query.size === 0 ? '' : `?${query}`}`);
}

function redirect(status: number, location: string): Reply {
  const title = status === 301 ? 'Moved Permanently' : 'Found';
  return apachePage(status, title, `The document has moved <a href="${location}">here</a>.`, [['Location', location]]);
}

function nothingHere(): Reply {
  return apachePage(404, 'Not Found', 'The requested URL was not found on this server.');
}

const phrases: Readonly<Record<number, string>> = {
  403: 'Forbidden',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** As a service that means no good, or a clumsy one, has it. */
async function echo({ headers, body: read, method, path }: Exchange): Promise<Reply> {
  const token = String(headers['x-auth-token'] ?? 'no token');
  const sent = Buffer.from(token);
  const spellings = [token, encodeURIComponent(token), sent.toString('hex'), sent.toString('base64')].join(' ');
  const message = `${method} ${path} ${spellings} ${Object.values(headers).join(' ')} ${(await read()).toString('utf8')}`;
  const reply = json(400, { error: { code: 400, title: token, message } }, [
    ['X-Openstack-Request-Id', token],
    ['WWW-Authenticate', `Keystone token="${token}"`],
  ]);
  return { ...reply, reason: `Bad token ${token}` };
}

function faultReply(faults: readonly RequestFault[], target: string): Reply | undefined {
  if (faults.some(({ kind }) => kind === 'html')) {
    return html(
      200,
      '<!DOCTYPE html>\n<html><head><title>Welcome</title></head><body><h1>Sign in</h1></body></html>\n',
    );
  }
  const given = faults.find((one) => one.kind === 'json');
  if (given !== undefined) return json(200, given.json);
  const elsewhere = faults.find((one) => one.kind === 'redirect');
  if (elsewhere !== undefined) return redirect(elsewhere.status ?? 301, new URL(target, elsewhere.to).href);
  const fault = faults.find((one) => one.kind === 'status');
  if (fault === undefined) return undefined;
  const { status, body = 'json', retryAfter } = fault;
  const title = phrases[status] ?? 'Error';
  const message = 'The sandbox was told to answer like this.';
  const later = retryAfter === undefined ? [] : [['Retry-After', String(retryAfter)] as const];
  if (body === 'json') return json(status, { error: { code: status, title, message } }, later);
  return body === 'html' ? apachePage(status, title, message, later) : { status, headers: later, body: '' };
}
