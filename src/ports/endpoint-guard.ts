import type { Reach } from './http.ts';

/** A provider's Keystone, by the word of home or of the user. */
export interface Keystone {
  readonly provider: string;
  readonly url: string;
}

/** Judges where the catalogs of providers lead. */
export interface EndpointGuard {
  /** Whether home is asked for its providers where they are not at hand. */
  readonly isPatient: boolean;
  /** How far requests for a provider's service may go. */
  reach(provider: string, service: string, keystones: () => Promise<readonly Keystone[]>): Reach;
}
