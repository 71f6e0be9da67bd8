/** The proxies that a request has passed, so that none goes round in circles. */
import { Refusal } from './refusal.ts';
import type { ProxyRequest } from './request.ts';

/** Their names, the first one first. */
export function viaOf(request: ProxyRequest): string[] {
  return namesIn(request.header('x-fed-via'));
}

/** Whether another proxy sent it on, ours or mixmatch: it has chosen this cloud. */
export function hasPassed(request: ProxyRequest): boolean {
  return viaOf(request).length > 0 || namesIn(request.header('mm-proxy-list')).length > 0;
}

/** @throws Refusal 508 for a request that this proxy has sent itself */
export function refuseLoop(request: ProxyRequest, station: string): void {
  if (!viaOf(request).includes(station)) return;
  throw new Refusal(
    508,
    `This request has been at ${station} before. The endpoint of home's own service must be given to the proxy: OS_<SERVICE>_ENDPOINT_OVERRIDE, or <service>_endpoint_override in clouds.yaml.`,
  );
}

function namesIn(list: string | undefined): string[] {
  if (list === undefined) return [];
  return list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
