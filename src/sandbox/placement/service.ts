import { type Exchange, header } from '../http/exchange.ts';
import { type HeaderLine, json, type Reply, withHeaders } from '../http/reply.ts';
import type { Cloud } from '../model.ts';
import { tokenRefused } from '../wsgi/answers.ts';
import { scopedToken } from '../wsgi/scope.ts';

const phrases: Readonly<Record<number, string>> = { 403: 'Forbidden', 404: 'Not Found', 406: 'Not Acceptable' };

/** Placement, of which a plain user sees nothing but the version. @param path below `/placement` */
export function placement(cloud: Cloud, exchange: Exchange, path: string): Reply {
  return withHeaders(answer(cloud, exchange, path), [['x-openstack-request-id', exchange.requestId]]);
}

function answer(cloud: Cloud, exchange: Exchange, path: string): Reply {
  if (path === '' || path === '/') {
    const self = { rel: 'self', href: '' };
    const version = { id: 'v1.0', max_version: '1.39', min_version: '1.0', status: 'CURRENT', links: [self] };
    return json(200, { versions: [version] });
  }
  if (scopedToken(cloud, exchange) === undefined) return tokenRefused(cloud);
  const wanted = /(?:^|,)\s*placement\s+([^\s,]+)/.exec(header(exchange, 'openstack-api-version') ?? '')?.[1] ?? '1.0';
  const [, minor] = /^1\.(\d+)$/.exec(wanted === 'latest' ? '1.39' : wanted) ?? [];
  if (minor === undefined || Number(minor) > 39) {
    const range = { max_version: '1.39', min_version: '1.0' };
    return failure(exchange, 406, `Invalid microversion: Unacceptable version header: ${wanted}`, [], range);
  }
  const version: HeaderLine[] = [['openstack-api-version', `placement 1.${minor}`]];
  const what = /^\/resource_providers(\/[^/]+)?$/.exec(path);
  if (what === null) return failure(exchange, 404, 'The resource could not be found.\n\n   ', version);
  const policy = `placement:resource_providers:${what[1] === undefined ? 'list' : 'show'}`;
  const why = `Policy does not allow ${policy} to be performed.`;
  return failure(exchange, 403, `Access was denied to this resource.\n\n ${why}  `, version);
}

function failure(
  exchange: Exchange,
  status: number,
  detail: string,
  headers: readonly HeaderLine[],
  more: Readonly<Record<string, string>> = {},
): Reply {
  const error = { status, title: phrases[status], detail, request_id: exchange.requestId, ...more };
  return json(status, { errors: [error] }, headers);
}
