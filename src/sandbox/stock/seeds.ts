import { blockStorageSeeds } from './block-storage.ts';
import { computeSeeds } from './compute.ts';
import { furtherSeeds } from './further.ts';
import { imageSeeds } from './image-seeds.ts';
import { networkSeeds } from './network.ts';
import type { Seed, Seeded } from './seed.ts';

const services: Readonly<Record<string, Readonly<Partial<Record<Seeded, Seed>>>>> = {
  'block-storage': blockStorageSeeds,
  compute: computeSeeds,
  image: imageSeeds,
  network: networkSeeds,
  ...furtherSeeds,
};

const seeds: Readonly<Partial<Record<Seeded, Seed>>> = Object.assign({}, ...Object.values(services));

/** How the first resources of a type are made. */
export function seedOf(type: Seeded): Seed {
  return seeds[type] ?? (() => []);
}

/** Whose resources they are: what has no first ones is Compute's. */
export function serviceOfSeeded(type: Seeded): string {
  return Object.entries(services).find(([, own]) => own[type] !== undefined)?.[0] ?? 'compute';
}
