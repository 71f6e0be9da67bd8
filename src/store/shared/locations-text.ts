/**
 * The locations of one id as they are kept in a shared cache:
 *
 *     [["volume","sp-a","0123…"]]              a volume lives at sp-a in project 0123…
 *     [["volume","sp-a",["0123…","north"]]]    the same in region north
 *
 * A fed that knows no regions leaves the second out, and does not take it for a volume in its own region.
 */
import type { Location } from '../../ports/memory.ts';
import { locationOf } from '../location-of.ts';

/** By type. */
export type LocationsOfId = ReadonlyMap<string, Location>;

export function writeLocations(locations: LocationsOfId): string {
  return JSON.stringify(
    [...locations].map(([type, { provider, projectId, region }]) => [
      type,
      provider,
      region === undefined ? projectId : [projectId, region],
    ]),
  );
}

/** What is of another shape, as another version of fed may write it, is left out. */
export function readLocations(text: string): LocationsOfId {
  const locations = new Map<string, Location>();
  const rows: unknown = JSON.parse(text);
  if (!Array.isArray(rows)) return locations;
  for (const row of rows) {
    if (!Array.isArray(row)) continue;
    const [type, provider, where]: unknown[] = row;
    const [projectId, region]: unknown[] = Array.isArray(where) ? where : [where];
    if (typeof type !== 'string' || typeof provider !== 'string' || typeof projectId !== 'string') continue;
    if (region === undefined || typeof region === 'string')
      locations.set(type, locationOf(provider, projectId, region));
  }
  return locations;
}
