import { json, type Reply } from '../http/reply.ts';
import type { Kind } from './kinds.ts';

/** An error as Neutron writes it. */
export function neutronError(status: number, type: string, message: string): Reply {
  return json(status, { NeutronError: { type, message, detail: '' } });
}

export function badRequest(message: string): Reply {
  return neutronError(400, 'HTTPBadRequest', message);
}

/** The id is not there; the message names it. */
export function missing({ missing: { message, type } }: Kind, id: string): Reply {
  return neutronError(404, type, message(id));
}

/** The path is not there: its type says "not found", too, but it names no id. */
export function routeMissing(): Reply {
  return neutronError(404, 'HTTPNotFound', 'The resource could not be found.');
}

const MALFORMED = 'The server could not comply with the request since it is either malformed or otherwise incorrect.';

export function methodNotAllowed(): Reply {
  return neutronError(405, 'HTTPMethodNotAllowed', MALFORMED);
}

export function notAcceptable(): Reply {
  return neutronError(406, 'HTTPNotAcceptable', MALFORMED);
}

export function disallowed(rule: string): Reply {
  return neutronError(403, 'PolicyNotAuthorized', `${rule} is disallowed by policy`);
}
