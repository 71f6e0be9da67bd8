import { messageOf } from '../keystone/service-message.ts';
import { headerValue, readBytes, type SendResponse } from '../ports/http.ts';
import { valueAt } from './pointer.ts';
import type { Named } from './subject.ts';

/** What a scope said to a probe. */
export type Verdict =
  | {
      readonly kind: 'here';
      /** The id as the resource's own body spells it. */
      readonly id: string;
      /** The resource, without the key around it. */
      readonly item: Readonly<Record<string, unknown>>;
      readonly response: SendResponse;
      readonly bytes: Uint8Array;
    }
  | { readonly kind: 'absent'; readonly response: SendResponse; readonly bytes: Uint8Array }
  | { readonly kind: 'unsaid'; readonly status: number; readonly reason: string };

/** A resource's description is small; more than this is none. */
const LIMIT = 32 * 1024 * 1024;

/**
 * Read the answer to a GET of a resource's show path.
 *
 * Not here is only a 404 in JSON that names the id that was asked for: services, extensions and microversions that
 * are missing answer 404 as well, often in the same typed JSON, and never name the id (peers.md 1.3: 188 of 188).
 */
export async function verdictOf(named: Named, response: SendResponse): Promise<Verdict> {
  return verdictOn(named, response, await readBytes(response.body, LIMIT));
}

/** The same, of a body that was read already. */
export function verdictOn(named: Named, response: SendResponse, bytes: Uint8Array): Verdict {
  const text = new TextDecoder().decode(bytes);
  const contentType = headerValue(response.headers, 'content-type') ?? '';
  if (response.status === 200) {
    const item = itemOf(named, contentType, text);
    if (item !== undefined) {
      const id = valueAt(item, `/${named.type?.idField ?? 'id'}`);
      return { kind: 'here', id: typeof id === 'string' ? id : named.id, item, response, bytes };
    }
    return {
      kind: 'unsaid',
      status: 200,
      reason: `it answered 200 without a ${named.typeName} (${shape(contentType)})`,
    };
  }
  const { message } = messageOf(contentType, text);
  if (response.status === 404) {
    if (isJson(contentType) && names(text, named.id)) return { kind: 'absent', response, bytes };
    const what = message ? `: ${message}` : '';
    return { kind: 'unsaid', status: 404, reason: `this kind of resource is not supported there (404${what})` };
  }
  return {
    kind: 'unsaid',
    status: response.status,
    reason: `it answered ${response.status}${message ? `: ${message}` : ''}`,
  };
}

export function isJson(contentType: string): boolean {
  return /\bjson\b/i.test(contentType);
}

function shape(contentType: string): string {
  return contentType.split(';')[0] || 'no content type';
}

function names(json: string, id: string): boolean {
  const text = json.toLowerCase();
  return [id, JSON.stringify(id).slice(1, -1)].some((spelling) => text.includes(spelling.toLowerCase()));
}

function itemOf(named: Named, contentType: string, text: string): Record<string, unknown> | undefined {
  if (!isJson(contentType)) return undefined;
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return undefined;
  }
  const key = named.type === undefined ? onlyKey(body) : named.type.itemKey;
  const item = key === null || key === undefined ? body : valueAt(body, `/${key}`);
  return typeof item === 'object' && item !== null && !Array.isArray(item)
    ? (item as Record<string, unknown>)
    : undefined;
}

/** Of a type that the registry does not know: the one key around the item, if there is one. */
function onlyKey(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const [key, another] = Object.keys(body);
  return another === undefined ? key : undefined;
}
