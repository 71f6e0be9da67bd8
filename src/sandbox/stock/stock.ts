import { randomFrom } from '../data/random.ts';
import type { Project } from '../identity/directory.ts';
import type { Region } from '../regions.ts';
import type { Settings } from '../settings.ts';
import { Collection } from './collection.ts';
import type { SeedContext, Seeded } from './seed.ts';
import { seedOf, serviceOfSeeded } from './seeds.ts';

/** The resources of one region of a cloud, each made when it is first asked for. */
export class Stock {
  /** Projects that may use an image of another project, by the image's id, and what they made of the offer. */
  readonly imageMembers: Map<string, Map<string, string>>;
  readonly #cloud: string;
  readonly #region: Region;
  readonly #settings: Settings;
  /** The first region's, which has what the regions share. */
  readonly #first: Stock | undefined;
  readonly #collections = new Map<string, Collection>();

  constructor(cloud: string, settings: Settings, region: Region, first?: Stock) {
    this.#cloud = cloud;
    this.#region = region;
    this.#settings = settings;
    this.#first = first;
    this.imageMembers = (region.shares('image') ? first?.imageMembers : undefined) ?? new Map();
  }

  /** What belongs to a project. */
  of(project: Project, type: Seeded): Collection {
    return this.#collection(type, project.id, project.title, project.id);
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
    if (this.#first !== undefined && this.#region.shares(serviceOfSeeded(type))) {
      return this.#first.#collection(type, owner, ownerName, ownerId);
    }
    const key = `${type} ${owner}`;
    let collection = this.#collections.get(key);
    if (collection === undefined) {
      const { seed } = this.#settings;
      const { suffix } = this.#region;
      const context: SeedContext = {
        settings: this.#settings,
        cloud: this.#cloud,
        suffix,
        userId: randomFrom(seed, this.#cloud, owner, 'user').hex(32),
        projectName: `${ownerName}${suffix}`,
        projectId: ownerId,
        shared: owner === 'shared',
        compute: this.#region.offers('compute'),
        random: (label) => randomFrom(seed, `${this.#cloud}${suffix}`, owner, label),
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
