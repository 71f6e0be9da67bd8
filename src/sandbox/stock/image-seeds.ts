import { createHash } from 'node:crypto';
import { randomFrom } from '../data/random.ts';
import { seconds } from '../data/time.ts';
import { madeAt, type Seed, type Seeded } from './seed.ts';

const SIZE = 64 * 1024;

/** The content of an image that was there from the beginning. */
export function seededContent(id: string): Buffer {
  return randomFrom('image', id).bytes(SIZE);
}

const images: Seed = (context) => {
  const random = context.random('images');
  const names = context.shared
    ? [`debian-12${context.suffix}`]
    : [0, 1, 2].map((i) => `image-${context.projectName}-${i}`);
  return names.map((name, i) => {
    const id = random.uuid();
    const content = seededContent(id);
    return {
      name,
      disk_format: 'raw',
      container_format: 'bare',
      visibility: context.shared ? 'public' : 'shared',
      size: SIZE,
      virtual_size: SIZE,
      status: 'active',
      checksum: createHash('md5').update(content).digest('hex'),
      protected: false,
      min_ram: 0,
      min_disk: 0,
      owner: context.projectId,
      os_hidden: false,
      os_hash_algo: 'sha512',
      os_hash_value: createHash('sha512').update(content).digest('hex'),
      id,
      created_at: seconds(madeAt(i)),
      updated_at: seconds(madeAt(i)),
      tags: [],
      stores: 'files',
    };
  });
};

export const imageSeeds = { images } satisfies Partial<Record<Seeded, Seed>>;
