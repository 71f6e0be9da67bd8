import { isRecord, jsonBody } from '../http/exchange.ts';
import type { Reply } from '../http/reply.ts';
import { fault } from '../wsgi/answers.ts';
import type { VolumeContext } from './context.ts';

/** The object under `key` of a JSON body, or the answer to a body that has none. */
export async function bodyUnder(
  { exchange }: VolumeContext,
  key: string,
): Promise<{ readonly given: Record<string, unknown> } | { readonly refused: Reply }> {
  const type = exchange.headers['content-type'];
  if (type !== undefined && !type.includes('json')) return { refused: fault(415, 'Unsupported Content-Type') };
  const body = await jsonBody(exchange);
  if (body === undefined) return { refused: fault(400, 'Malformed request body') };
  if (!isRecord(body)) return { refused: fault(400, `${JSON.stringify(body)} is not of type 'object'`) };
  const given = body[key];
  return isRecord(given) ? { given } : { refused: fault(400, `'${key}' is a required property`) };
}

/** The answer to fields that are not known, in the words of Cinder's schema check. */
export function unknownField(key: string, given: Record<string, unknown>, known: readonly string[]): Reply | undefined {
  const field = Object.keys(given).find((name) => !known.includes(name));
  if (field === undefined) return undefined;
  const value = JSON.stringify(given).replaceAll('"', "'");
  const why = `Additional properties are not allowed ('${field}' was unexpected)`;
  return fault(400, `Invalid input for field/attribute ${key}. Value: ${value}. ${why}`);
}

/** What is missing, in Cinder's words. */
export function missing(what: string, id: string): Reply {
  return fault(404, `${what} ${id} could not be found.`);
}
