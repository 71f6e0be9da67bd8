/** A provider's answer, as the proxy's client gets it. */
import { splitEndpoint } from '../federation/endpoint.ts';
import type { Scope } from '../federation/scope.ts';
import type { HeaderPair, SendResponse } from '../ports/http.ts';
import type { Answer } from './answer.ts';
import { downstreamHeaders } from './headers.ts';
import type { ProxyRequest } from './request.ts';
import type { ServiceRoute } from './route.ts';
import type { User } from './users.ts';

/** What was asked, and by whom. */
export interface Asked {
  readonly user: User;
  readonly request: ProxyRequest;
  readonly route: ServiceRoute;
}

/** The answer as it came, with headers that say whose it is, and without ways around the proxy. */
export function passedOn(response: SendResponse, scope: Scope, how: string, asked: Asked): Answer {
  const { status, statusText, headers, body } = response;
  const isHead = asked.request.method === 'HEAD';
  if (isHead) body.discard();
  const passed = downstreamHeaders(headers).map((header) => ledHere(header, response, scope, asked));
  passed.push(['X-Fed-Provider', headerText(scope.provider)], ['X-Fed-Project', headerText(scope.project.id)]);
  passed.push(['X-Fed-Project-Name', headerText(scope.project.name)]);
  if (scope.region !== undefined) passed.push(['X-Fed-Region', headerText(scope.region)]);
  return {
    status,
    statusText,
    headers: passed,
    ...(!isHead && { body }),
    by: { provider: scope.provider, project: scope.project.id, how },
  };
}

/** Names of providers and projects may be in any script; header values are not. */
export function headerText(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : encodeURIComponent(text);
}

function ledHere(header: HeaderPair, { url }: SendResponse, scope: Scope, { user, request, route }: Asked): HeaderPair {
  const [name, value] = header;
  // Most are neither of the two below.
  if (name.length !== 'location'.length && name.length !== 'www-authenticate'.length) return header;
  switch (name.toLowerCase()) {
    case 'location': {
      const path = pathInside(value, url);
      if (path === undefined) return header;
      const own = user.token.project?.id;
      const here = own === undefined ? path : path.replace(scope.project.id, () => own);
      return [name, `${request.base}${route.root}${here}`];
    }
    case 'www-authenticate':
      // A provider names its own Keystone, which knows nothing of the client.
      return [name, value.replace(/\buri="[^"]*"/gi, () => `uri="${request.base}/identity/v3"`)];
    default:
      return header;
  }
}

/**
 * Where inside of the service that was called a Location leads, from the version on; undefined where it leads elsewhere.
 * Clouds write other hosts than those that are called, so it is enough that the path is alike.
 */
function pathInside(location: string, called: string): string | undefined {
  if (!URL.canParse(location, called)) return undefined;
  const target = new URL(location, called);
  const source = new URL(called);
  const there = splitEndpoint(`${target.origin}${target.pathname}`);
  const here = splitEndpoint(`${source.origin}${source.pathname}`);
  if (there.version === undefined) return undefined;
  const isAlike = there.version === here.version && new URL(there.root).pathname === new URL(here.root).pathname;
  return target.origin === source.origin || isAlike ? `/${there.version}${there.below}${target.search}` : undefined;
}
