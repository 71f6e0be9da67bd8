import type { Scope } from '../scope.ts';

/** The query parameter in which a link to the next page says where the walk is. */
export const CURSOR = 'fed_cursor';

/** Longer ones are left out of links: proxies and servers refuse request lines of more than 8 KiB. */
const LONGEST = 6000;

/** A scope as a cursor writes it: provider, project id, and the region where there are several. */
export type ScopeKey = string;

/** A scope, or a whole provider, that could not answer for an earlier page. */
export interface EarlierMissing {
  readonly provider: string;
  readonly project?: { readonly id: string; readonly name: string };
  /** Where the provider has the service in several. */
  readonly region?: string;
}

/** The scope in which a marker is. */
export interface MarkedScope {
  readonly provider: string;
  readonly projectId: string;
  readonly region?: string;
}

/**
 * Where a walk is: everything that the next page needs beside the client's own parameters. It holds nothing that
 * gives access to anything, and what comes back is believed only as far as a marker is.
 */
export interface Cursor {
  /** The id of the last item shown; a link whose marker the client changed is no longer this cursor's. */
  readonly marker: string;
  /** One scope after another: the scope in which the marker is. */
  readonly at?: MarkedScope;
  /** Sorted: the last id taken from each scope; null where there are no more. */
  readonly taken?: ReadonlyMap<ScopeKey, string | null>;
  readonly missing: readonly EarlierMissing[];
}

export function scopeKey({ provider, project, region, isRegional }: Scope): ScopeKey {
  const key = `${provider}/${project.id}`;
  return isRegional === true && region !== undefined ? `${key}/${region}` : key;
}

export function writeCursor(cursor: Cursor): string | undefined {
  const whole = encoded(cursor);
  if (whole.length <= LONGEST) return whole;
  // Without the positions the scopes are walked from the start: slower, and the same.
  const short = encoded({ marker: cursor.marker, missing: cursor.missing });
  return short.length <= LONGEST ? short : undefined;
}

function encoded({ marker, at, taken, missing }: Cursor): string {
  const json = JSON.stringify({
    m: marker,
    ...(at !== undefined && { a: [at.provider, at.projectId, ...(at.region === undefined ? [] : [at.region])] }),
    ...(taken !== undefined && { t: Object.fromEntries(taken) }),
    ...(missing.length > 0 && {
      x: missing.map(({ provider, project, region }) =>
        project ? [provider, project.id, project.name, ...(region === undefined ? [] : [region])] : [provider],
      ),
    }),
  });
  const bytes = new TextEncoder().encode(json);
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** @returns undefined for anything that no link of ours has */
export function readCursor(text: string): Cursor | undefined {
  let value: unknown;
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    value = JSON.parse(new TextDecoder().decode(Uint8Array.from(binary, (char) => char.charCodeAt(0))));
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { m: marker, a, t, x } = value as Record<string, unknown>;
  if (typeof marker !== 'string') return undefined;
  const at = textsIn(a);
  const taken = positionsIn(t);
  return {
    marker,
    ...(at !== undefined && markedScope(at)),
    ...(taken !== undefined && { taken }),
    missing: Array.isArray(x) ? x.map(missingIn).filter((each) => each !== undefined) : [],
  };
}

function markedScope([provider, projectId, region]: readonly string[]): { at: MarkedScope } | undefined {
  if (provider === undefined || projectId === undefined) return undefined;
  return { at: { provider, projectId, ...(region !== undefined && { region }) } };
}

function textsIn(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && value.every((each) => typeof each === 'string') ? value : undefined;
}

function positionsIn(value: unknown): Map<ScopeKey, string | null> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const entries = Object.entries(value);
  const fine = entries.every(([, id]) => typeof id === 'string' || id === null);
  return fine ? new Map(entries as Array<[ScopeKey, string | null]>) : undefined;
}

function missingIn(value: unknown): EarlierMissing | undefined {
  const texts = textsIn(value) ?? [];
  const [provider, id, name, region] = texts;
  // It is shown, and what is read here comes from a client.
  if (provider === undefined || texts.some((text) => /\p{Cc}/u.test(text))) return undefined;
  if (id === undefined || name === undefined) return { provider };
  return { provider, project: { id, name }, ...(region !== undefined && { region }) };
}
