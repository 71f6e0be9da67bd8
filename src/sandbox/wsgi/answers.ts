import { type Exchange, header } from '../http/exchange.ts';
import { type HeaderLine, json, type Reply } from '../http/reply.ts';
import { challenge } from '../identity/answers.ts';
import type { Cloud } from '../model.ts';

/** What the services other than Keystone have in common: keystonemiddleware's 401, WebOb's error pages. */

const phrases: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Request Entity Too Large',
  415: 'Unsupported Media Type',
  416: 'Request Range Not Satisfiable',
};

/** keystonemiddleware's answer to a missing or strange token, the same for both. */
export function tokenRefused(cloud: Cloud): Reply {
  const error = { code: 401, title: 'Unauthorized', message: 'The request you have made requires authentication.' };
  return json(401, { error }, [challenge(cloud)]);
}

/**
 * An error as WebOb writes it: JSON, HTML or plain text, as the client accepts. Without an `Accept` header it is
 * plain text, with any type (as curl sends it) HTML.
 */
export function webobError(
  exchange: Exchange,
  status: number,
  message: string,
  headers: readonly HeaderLine[] = [],
): Reply {
  const title = phrases[status] ?? 'Error';
  const accept = header(exchange, 'accept');
  if (accept?.includes('application/json') === true) {
    return json(status, { message: `${message}<br /><br />\n\n\n`, code: `${status} ${title}`, title }, headers);
  }
  if (accept === undefined) {
    const body = `${status} ${title}\n\n${message}\n\n   `;
    return { status, headers: [['Content-Type', 'text/plain; charset=UTF-8'], ...headers], body };
  }
  const body = `<html>
 <head>
  <title>${status} ${title}</title>
 </head>
 <body>
  <h1>${status} ${title}</h1>
  ${message}<br /><br />



 </body>
</html>`;
  return { status, headers: [['Content-Type', 'text/html; charset=UTF-8'], ...headers], body };
}

/** The answer to a path that the service does not have. It names no id. */
export function routeNotFound(exchange: Exchange): Reply {
  return webobError(exchange, 404, 'The resource could not be found.');
}

const kinds: Readonly<Record<number, string>> = {
  400: 'badRequest',
  403: 'forbidden',
  404: 'itemNotFound',
  409: 'conflictingRequest',
  413: 'overLimit',
  415: 'badMediaType',
};

/** A fault as Compute and Block Storage write it: `{"itemNotFound": {"code": 404, "message": …}}`. */
export function fault(status: number, message: string, more: Readonly<Record<string, unknown>> = {}): Reply {
  return json(status, { [kinds[status] ?? 'computeFault']: { code: status, message, ...more } });
}

/** A path exists, but not in this microversion: typed like a missing resource, but it names no id. */
export function notInThisVersion(): Reply {
  return fault(404, 'The resource could not be found.');
}

/** Bytes of a path as Python's WSGI hands them on: each one a character (so that `é` comes back as two). */
export function asLatin1(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
