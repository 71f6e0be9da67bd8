import type { Exchange } from '../http/exchange.ts';
import { isRecord, jsonBody } from '../http/exchange.ts';
import type { Reply } from '../http/reply.ts';
import type { Cloud } from '../model.ts';
import type { Collection } from '../stock/collection.ts';
import type { Seeded } from '../stock/seed.ts';
import { fault } from '../wsgi/answers.ts';
import type { ScopedToken } from '../wsgi/scope.ts';

/** What a handler of Compute gets. */
export interface ComputeContext {
  readonly cloud: Cloud;
  readonly exchange: Exchange;
  readonly token: ScopedToken;
  /** The microversion is 2.{minor}. */
  readonly minor: number;
}

export function own(context: ComputeContext, type: Seeded): Collection {
  return context.cloud.stock.of(context.token.project, type);
}

/** `self` and `bookmark`. */
export function links({ exchange }: ComputeContext, path: string): { readonly rel: string; readonly href: string }[] {
  return [{ rel: 'self', href: `${exchange.origin}/compute/v2.1${path}` }, bookmark(exchange, path)];
}

export function bookmark(exchange: Exchange, path: string): { readonly rel: string; readonly href: string } {
  return { rel: 'bookmark', href: `${exchange.origin}/compute${path}` };
}

export function forbidden(policy: string): Reply {
  return fault(403, `Policy doesn't allow os_compute_api:${policy} to be performed.`);
}

/** The object under `key` of a JSON body, or the answer to a body that has none. */
export async function bodyUnder(
  { exchange }: ComputeContext,
  key: string,
): Promise<{ readonly given: Record<string, unknown> } | { readonly refused: Reply }> {
  const body = await jsonBody(exchange);
  if (body === undefined) return { refused: fault(400, 'Malformed request body') };
  if (!isRecord(body)) return { refused: fault(400, `${JSON.stringify(body)} is not of type 'object'`) };
  const given = body[key];
  return isRecord(given) ? { given } : { refused: fault(400, `'${key}' is a required property`) };
}

/** The answer to fields that are missing or not known, in the words of Nova's schema check. */
export function schemaFault(
  key: string,
  given: Record<string, unknown>,
  required: readonly string[],
  known: readonly string[],
): Reply | undefined {
  const value = JSON.stringify(given).replaceAll('"', "'").replaceAll(':', ': ').replaceAll(',', ', ');
  const absent = required.find((name) => given[name] === undefined);
  const extra = Object.keys(given).find((name) => !known.includes(name) && !name.includes(':'));
  if (absent === undefined && extra === undefined) return undefined;
  const why =
    absent === undefined
      ? `Additional properties are not allowed ('${extra}' was unexpected)`
      : `'${absent}' is a required property`;
  return fault(400, `Invalid input for field/attribute ${key}. Value: ${value}. ${why}`);
}
