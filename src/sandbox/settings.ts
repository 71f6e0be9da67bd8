import { type FurtherService, furtherServices, isFurther } from './further/types.ts';
import type { KeyPair } from './http/listener.ts';
import type { SandboxRegion } from './regions.ts';

/** Milliseconds since the epoch. */
export interface SandboxClock {
  now(): number;
}

export interface SandboxOptions {
  /** Service providers beside home. Default 2; from 3 on, the third offers only storage. */
  readonly providers?: number;
  /** Servers of each project. Default 3. */
  readonly servers?: number;
  /** Volumes of each project. Default 4, and 70 in sp-a's `research-one`. */
  readonly volumes?: number;
  /** Every answer comes this much later. Default 0. */
  readonly latencyMs?: number;
  /** The most that one page of a listing holds. Default 25. */
  readonly pageSize?: number;
  /** Other seeds give other ids. Default 1. */
  readonly seed?: number;
  readonly clock?: SandboxClock;
  /** How long tokens live. Default 3600. */
  readonly tokenLifetimeSeconds?: number;
  /** How long a new volume, server or snapshot is `creating`, and a deleted one `deleting`. Default 0. */
  readonly settleMs?: number;
  /** Clouds with several regions: `{ 'sp-a': ['RegionA', 'RegionTwo'] }`. All others have one. */
  readonly regions?: Readonly<Record<string, readonly (string | SandboxRegion)[]>>;
  /** Clouds whose projects are all called `admin`, each in a domain of its own: the first in Default, then Other, Other2… */
  readonly sameNames?: readonly string[];
  /**
   * The clouds speak TLS, and show the first of these certificates; a fault of the kind `certificate` has one of them
   * show another. Plain HTTP without it.
   */
  readonly certificates?: Readonly<Record<string, KeyPair>>;
  /** Services that every cloud has beyond the usual ones. None without it. */
  readonly services?: readonly FurtherService[];
}

/** The options with everything filled in. */
export interface Settings {
  readonly providers: number;
  readonly servers: number;
  readonly volumes: number | undefined;
  readonly latencyMs: number;
  readonly pageSize: number;
  readonly seed: number;
  readonly clock: SandboxClock;
  readonly tokenLifetimeSeconds: number;
  readonly settleMs: number;
  readonly regions: Readonly<Record<string, readonly (string | SandboxRegion)[]>>;
  readonly sameNames: readonly string[];
  readonly certificates: Readonly<Record<string, KeyPair>>;
  readonly services: readonly FurtherService[];
}

/** @throws RangeError for a number that makes no sense */
export function settingsOf(options: SandboxOptions): Settings {
  const count = (name: 'providers' | 'servers' | 'volumes' | 'latencyMs' | 'settleMs', otherwise: number) =>
    atLeast(name, options[name] ?? otherwise, 0);
  return {
    providers: count('providers', 2),
    servers: count('servers', 3),
    volumes: options.volumes === undefined ? undefined : count('volumes', 4),
    latencyMs: count('latencyMs', 0),
    pageSize: atLeast('pageSize', options.pageSize ?? 25, 1),
    seed: options.seed ?? 1,
    clock: options.clock ?? { now: Date.now },
    tokenLifetimeSeconds: atLeast('tokenLifetimeSeconds', options.tokenLifetimeSeconds ?? 3600, 1),
    settleMs: count('settleMs', 0),
    regions: options.regions ?? {},
    sameNames: options.sameNames ?? [],
    certificates: options.certificates ?? {},
    services: servicesOf(options.services ?? []),
  };
}

function servicesOf(given: readonly string[]): FurtherService[] {
  return given.map((name) => {
    if (isFurther(name)) return name;
    throw new RangeError(`${name} is none of the services ${furtherServices.join(', ')}`);
  });
}

function atLeast(name: string, value: number, least: number): number {
  if (!Number.isInteger(value) || value < least)
    throw new RangeError(`${name} must be a whole number from ${least} on`);
  return value;
}
