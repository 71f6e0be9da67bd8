import type { Exchange } from '../http/exchange.ts';
import { type HeaderLine, json, type Reply } from '../http/reply.ts';
import type { Cloud } from '../model.ts';

/** How Keystone words its refusals. */

const phrases: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
};

export function refusal(status: number, message: string, more: Readonly<Record<string, unknown>> = {}): Reply {
  const title = phrases[status] ?? 'Error';
  return json(status, { error: { code: status, ...more, message, title } });
}

const MALFORMED =
  'The server could not comply with the request since it is either malformed or otherwise incorrect. ' +
  'The client is assumed to be in error.';

export function malformed(expected: string): Reply {
  return refusal(400, `Expecting to find ${expected}. ${MALFORMED}`);
}

export function unauthorized(
  cloud: Cloud,
  message = 'The request you have made requires authentication.',
  more: Readonly<Record<string, unknown>> = {},
): Reply {
  const reply = refusal(401, message, more);
  return { ...reply, headers: [...reply.headers, challenge(cloud)] };
}

/** Names the Keystone of the cloud that was asked. */
export function challenge(cloud: Cloud): HeaderLine {
  return ['WWW-Authenticate', `Keystone uri="${cloud.keystone}"`];
}

export function forbidden(action?: string): Reply {
  const what = 'You are not authorized to perform the requested action';
  return refusal(403, action === undefined ? `${what}.` : `${what}: ${action}.`);
}

export function notFound(what: string, id: string): Reply {
  return refusal(404, `Could not find ${what}: ${id}.`);
}

/** A token that is not taken where it is the subject: 404, not 401. */
export function strangeToken(cloud: Cloud, secret: string): Reply {
  return refusal(404, cloud.tokens.knew(secret) ? 'Failed to validate token' : 'Could not recognize Fernet token');
}

/** A listing in Keystone's shape: one page, with links. */
export function collection(exchange: Exchange, key: string, items: readonly unknown[]): Reply {
  const query = exchange.query.size === 0 ? '' : `?${exchange.query}`;
  const self = `${exchange.origin}${exchange.path.replace(/\/$/, '')}${query}`;
  return json(200, { [key]: items, links: { next: null, self, previous: null } });
}
