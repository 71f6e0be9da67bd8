/** The clouds of all front ends, for one matrix or one column of it. */
import type { SandboxOptions } from '../../src/sandbox/settings.ts';
import { meet } from './cell.ts';
import { expected, type Where } from './expected.ts';
import { frontEnds } from './front-ends.ts';
import type { Row } from './rows.ts';
import { openWorld, type Patience, type World } from './world.ts';

export interface Lane {
  /** All front ends meet a fault, side by side. @returns what was seen, and what is expected, by front end */
  meet(row: Row, where: Where): Promise<{ seen: Record<string, string>; wanted: Record<string, string> }>;
  close(): Promise<void>;
}

export interface LaneOptions extends Patience {
  /** Seconds for a whole command. */
  readonly timeout: number;
  /** The same where nothing else ends it. */
  readonly endless?: number;
  readonly sandbox?: SandboxOptions;
  /** Beside alice's own. */
  readonly env?: Record<string, string>;
}

export async function openLane({
  idle,
  timeout,
  endless = timeout,
  sandbox = {},
  env = {},
}: LaneOptions): Promise<Lane> {
  const worlds = new Map<string, World>();
  for (const front of frontEnds) worlds.set(front.name, await openWorld(front, { idle }, sandbox, env));
  return {
    async meet(row, where) {
      const wanted: Record<string, string> = {};
      const seen: Record<string, string> = {};
      const met = await Promise.allSettled(
        frontEnds.map(async (front) => {
          const result = expected(front, row, where);
          const world = worlds.get(front.name);
          if (result === undefined || world === undefined) return;
          wanted[front.name] = result;
          seen[front.name] = await meet({ front, row, where, world, timeout: deadlineOf(front.name, result, row) });
        }),
      );
      // Not before all have ended: the next fault is for all of them.
      for (const one of met) if (one.status === 'rejected') throw one.reason;
      return { seen, wanted };
    },
    async close() {
      for (const world of worlds.values()) await world.close();
    },
  };

  /** A body that is only passed on, and what goes between the program and home, have no other end than this. */
  function deadlineOf(name: string, result: string, { isLate, name: fault, door }: Row): number {
    const isPassedOn = ['curl', 'create', 'proxy'].includes(name) || door === 'writes';
    const isEndless =
      (fault === 'drip' && door !== 'Keystone' && isPassedOn) || (isLate === true && result === 'its own');
    return isEndless ? endless : timeout;
  }
}
