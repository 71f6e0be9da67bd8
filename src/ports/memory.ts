/** What `fed` remembers between calls, without saying where: in memory, on disk, shared. */

/** Where a resource lives: a project in a region of a provider. */
export interface Location {
  /** The provider's name. */
  readonly provider: string;
  readonly projectId: string;
  /** The region's id in the provider's catalog. Absent where there is one only, or the service is the same in all. */
  readonly region?: string;
}

export interface LocationEntry {
  /** The registry's name of the resource type, or `service/collection` for a type the registry does not know. */
  readonly type: string;
  /** The id as the resource's own body spells it. */
  readonly id: string;
  readonly location: Location;
}

/**
 * Remembered locations of one user in one home project. A store never makes a command fail: what cannot be
 * read or written is as if it were not remembered.
 */
export interface LocationStore {
  /** Everything that is remembered under this id; an id can belong to several types. */
  find(id: string): Promise<readonly LocationEntry[]>;
  /** The same where it is at hand, so that nobody need wait for it; undefined where the store has to be asked. */
  held?(id: string): readonly LocationEntry[] | undefined;
  /** Some of what was learnt last, the latest first. Absent where that is not known. */
  recent?(): Promise<readonly LocationEntry[]>;
  /** Remember these. An entry that is already remembered like this costs no write. */
  put(entries: readonly LocationEntry[]): Promise<void>;
  forget(type: string, id: string): Promise<void>;
  /** All entries, in no particular order. */
  entries(): AsyncIterable<LocationEntry>;
  clear(): Promise<void>;
}

/** Remembered tokens of one identity. Values are JSON; whoever reads one checks its shape. */
export interface TokenStore {
  /** The value put under `key`, or undefined when there is none, it expired, or it cannot be opened. */
  get(key: string): Promise<unknown>;
  /** @param expiresAt milliseconds since the epoch; the value is not given out from then on */
  put(key: string, value: unknown, expiresAt: number): Promise<void>;
  forget(key: string): Promise<void>;
  clear(): Promise<void>;
  /**
   * Say that this process is about to make the value of `key`, so that others that share the store wait for it.
   * Absent where nobody else makes the same.
   *
   * @param ms for how long, unless it is released before
   * @returns undefined while somebody else has said so
   */
  claim?(key: string, ms: number): Promise<Claim | undefined>;
}

/** The right to make a value that others wait for. */
export interface Claim {
  /** The value is there, or will not come. */
  release(): Promise<void>;
}
