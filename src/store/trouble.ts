/** What a store says when the disk does not do what it should: once, and never by throwing. */
import { renameSync } from 'node:fs';

export interface Trouble {
  /** Something could not be read or written. */
  failed(error: unknown): void;
  /** The directory is not one to keep things in; `reason` follows its name. */
  refused(reason: string): void;
  /** Rename a damaged file out of the way. Whether this call did it. */
  putAside(path: string, what: string): boolean;
}

/**
 * @param keeps what the store keeps, in the plural, to begin a sentence with: `Locations`
 * @param warn called at most twice in a store's life: once for damage, once for everything else
 */
export function createTrouble(keeps: string, directory: string, warn: (message: string) => void): Trouble {
  let saidUnusable = false;
  let saidDamaged = false;
  const unusable = (why: string): void => {
    if (saidUnusable) return;
    saidUnusable = true;
    warn(`${keeps} are not remembered on disk: ${why}. Everything else works, only slower.`);
  };
  return {
    failed: (error) => unusable(`${directory}: ${error instanceof Error ? error.message : String(error)}`),
    refused: (reason) => unusable(`${directory} ${reason}`),
    putAside: (path, what) => {
      const aside = `${path}.damaged-${new Date().toISOString().replace(/[:.]/g, '-')}`;
      try {
        renameSync(path, aside);
      } catch {
        // Another process was faster, or nothing can be changed here: then the next write says so.
        return false;
      }
      if (!saidDamaged) {
        saidDamaged = true;
        warn(`${what}; it was put aside as ${aside}, and what was in it will be obtained anew.`);
      }
      return true;
    },
  };
}

/** Whether a file's name is one that {@link Trouble.putAside} gave. */
export function isPutAside(name: string): boolean {
  return name.includes('.damaged-');
}
