/** Where a creation goes that names nothing which lives somewhere. */
import type { Narrowing } from '../federation/roster.ts';
import { isRecord } from './catalog.ts';

/** `sp-a`, or `sp-a/project`. */
export interface Place {
  readonly provider: string;
  readonly project?: string;
}

/** `PROVIDER[/PROJECT]` as people write it. */
export function placeOf(text: string): Place | undefined {
  const [, provider, project] = /^([^/\s]+)(?:\/(.+))?$/.exec(text) ?? [];
  return provider === undefined ? undefined : { provider, ...(project !== undefined && { project }) };
}

export function narrowingAt({ provider, project }: Place): Narrowing {
  return { providers: [provider], ...(project !== undefined && { projects: [project] }) };
}

/**
 * A creation whose name says where it is to be: `{"volume": {"name": "data@sp-a"}}` is `data` at `sp-a`.
 *
 * @param itemKey the key around the item; null where the body is the item itself
 * @param providers the names after an `@` that count
 * @returns undefined when the name says nothing of the kind
 */
export function namedPlace(
  body: unknown,
  itemKey: string | null,
  providers: readonly string[],
): { place: Place; body: unknown } | undefined {
  const item = itemKey === null ? body : isRecord(body) ? body[itemKey] : undefined;
  if (!isRecord(item) || typeof item.name !== 'string') return undefined;
  const at = item.name.lastIndexOf('@');
  const place = at < 1 ? undefined : placeOf(item.name.slice(at + 1));
  if (place === undefined || !providers.includes(place.provider)) return undefined;
  const renamed = { ...item, name: item.name.slice(0, at) };
  return { place, body: itemKey === null ? renamed : { ...(body as object), [itemKey]: renamed } };
}
