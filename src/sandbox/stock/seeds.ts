import { blockStorageSeeds } from './block-storage.ts';
import { imageSeeds } from './image-seeds.ts';
import type { Seed, Seeded } from './seed.ts';

const seeds: Readonly<Partial<Record<Seeded, Seed>>> = { ...blockStorageSeeds, ...imageSeeds };

/** How the first resources of a type are made. */
export function seedOf(type: Seeded): Seed {
  return seeds[type] ?? (() => []);
}
