import type { Location } from '../ports/memory.ts';

/** @param region undefined where the location has none: it is left out then */
export function locationOf(provider: string, projectId: string, region: string | undefined): Location {
  return region === undefined ? { provider, projectId } : { provider, projectId, region };
}
