import { randomFrom } from '../data/random.ts';
import type { Project } from '../identity/directory.ts';
import type { Settings } from '../settings.ts';
import { Collection } from './collection.ts';
import type { SeedContext, Seeded } from './seed.ts';
import { seedOf } from './seeds.ts';

/** The resources of one cloud, each made when it is first asked for. */
export class Stock {
  /** Projects that may use an image of another project, by the image's id, and what they made of the offer. */
  readonly imageMembers = new Map<string, Map<string, string>>();
  readonly #cloud: string;
  readonly #compute: boolean;
  readonly #settings: Settings;
  readonly #collections = new Map<string, Collection>();

  /** @param compute whether the cloud has servers */
  constructor(cloud: string, settings: Settings, compute: boolean) {
    this.#compute = compute;
    this.#cloud = cloud;
    this.#settings = settings;
  }

  /** What belongs to a project. */
  of(project: Project, type: Seeded): Collection {
    return this.#collection(type, project.id, project.name, project.id);
  }

  /** What every project of the cloud sees: flavors, volume types, public images, the shared network. */
  shared(type: Seeded): Collection {
    return this.#collection(type, 'shared', 'admin', randomFrom(this.#settings.seed, this.#cloud, 'admin').hex(32));
  }

  /** Key pairs belong to users. */
  keypairs(userId: string): Collection {
    return this.#collection('keypairs', userId, userId, userId);
  }

  #collection(type: Seeded, owner: string, ownerName: string, ownerId: string): Collection {
    const key = `${type} ${owner}`;
    let collection = this.#collections.get(key);
    if (collection === undefined) {
      const context: SeedContext = {
        settings: this.#settings,
        cloud: this.#cloud,
        projectName: ownerName,
        projectId: ownerId,
        shared: owner === 'shared',
        compute: this.#compute,
        random: (label) => randomFrom(this.#settings.seed, this.#cloud, owner, label),
        others: (other) => this.#collection(other, owner, ownerName, ownerId).seeded,
        common: (other) => this.shared(other).seeded,
      };
      const make = owner === '' ? () => [] : seedOf(type);
      collection = new Collection(
        () => this.#settings.clock.now(),
        () => make(context),
      );
      this.#collections.set(key, collection);
    }
    return collection;
  }
}
