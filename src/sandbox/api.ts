import type { StandingFault } from './faults/board.ts';
import type { Fault } from './faults/fault.ts';
import type { Domain } from './identity/directory.ts';
import type { LogEntry } from './log.ts';

/** One cloud of a sandbox, as seen from outside. */
export interface SandboxCloudInfo {
  readonly name: string;
  /** The first one. */
  readonly region: string;
  /** All of them, with what the URLs of their services begin with (but for Identity's and those that they share). */
  readonly regions: readonly { readonly name: string; readonly url: string }[];
  /** Root of the cloud's server, without a trailing slash. */
  readonly url: string;
  /** Identity v3 base. */
  readonly authUrl: string;
  /** The Apache module in front of Keystone; `idp` for home. */
  readonly saml: 'idp' | 'shibboleth' | 'mellon';
  readonly projects: readonly { readonly id: string; readonly name: string; readonly domain: Domain }[];
  /** The requests that reached it, in order. */
  readonly requests: readonly LogEntry[];
}

/** Somebody who can authenticate. */
export interface SandboxUser {
  readonly name: string;
  readonly password: string;
  /** Projects at the user's own Keystone. */
  readonly projects: readonly string[];
}

/** A federation that runs in this process, on loopback alone. */
export interface Sandbox {
  readonly home: SandboxCloudInfo;
  /** Home first. */
  readonly clouds: readonly SandboxCloudInfo[];
  readonly users: readonly SandboxUser[];
  /** alice's. */
  readonly applicationCredential: { readonly user: string; readonly name: string; readonly secret: string };
  /** Where `POST /__sandbox/faults` and the like are taken, for other processes. */
  readonly controlUrl: string;
  /** @throws RangeError if there is no such cloud */
  cloud(name: string): SandboxCloudInfo;
  /** The OS_* variables of a user's openrc. `local` is an account that providers have of their own. */
  env(user: string, cloud?: string): Record<string, string>;
  /** The one-time password of this moment. @throws RangeError for a user who has none */
  passcode(user: string): string;
  readonly faults: {
    add(fault: Fault): Promise<StandingFault>;
    clear(): Promise<void>;
    readonly all: readonly StandingFault[];
  };
  /** As if the time of all tokens were over, at one cloud or everywhere. */
  expireTokens(cloud?: string): void;
  /** For the tokens that are issued from now on, at one cloud or everywhere. */
  setTokenLifetime(seconds: number, cloud?: string): void;
  /** Forget the requests so far. */
  clearRequests(): void;
  close(): Promise<void>;
}
