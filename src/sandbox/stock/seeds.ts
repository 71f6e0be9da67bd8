import { blockStorageSeeds } from './block-storage.ts';
import { computeSeeds } from './compute.ts';
import { imageSeeds } from './image-seeds.ts';
import { networkSeeds } from './network.ts';
import type { Seed, Seeded } from './seed.ts';

const seeds: Readonly<Partial<Record<Seeded, Seed>>> = {
  ...blockStorageSeeds,
  ...computeSeeds,
  ...imageSeeds,
  ...networkSeeds,
};

/** How the first resources of a type are made. */
export function seedOf(type: Seeded): Seed {
  return seeds[type] ?? (() => []);
}
