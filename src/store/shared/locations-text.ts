/** The locations of one id as they are kept in a shared cache. */
import type { Location } from '../../ports/memory.ts';

/** By type. */
export type LocationsOfId = ReadonlyMap<string, Location>;

export function writeLocations(locations: LocationsOfId): string {
  return JSON.stringify([...locations].map(([type, { provider, projectId }]) => [type, provider, projectId]));
}

/** What is of another shape, as another version of fed may write it, is left out. */
export function readLocations(text: string): LocationsOfId {
  const locations = new Map<string, Location>();
  const rows: unknown = JSON.parse(text);
  if (!Array.isArray(rows)) return locations;
  for (const row of rows) {
    if (!Array.isArray(row)) continue;
    const [type, provider, projectId]: unknown[] = row;
    if (typeof type === 'string' && typeof provider === 'string' && typeof projectId === 'string') {
      locations.set(type, { provider, projectId });
    }
  }
  return locations;
}
