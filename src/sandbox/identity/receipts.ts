import type { SandboxClock } from '../settings.ts';
import type { User } from './directory.ts';

/** What somebody has proved so far, in an authentication of several steps. */
export interface Receipt {
  readonly user: User;
  readonly methods: readonly string[];
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** The receipts of one Keystone. */
export class Receipts {
  readonly #clock: SandboxClock;
  readonly #receipts = new Map<string, Receipt>();

  constructor(clock: SandboxClock) {
    this.#clock = clock;
  }

  add(secret: string, receipt: Receipt): void {
    this.#receipts.set(secret, receipt);
  }

  /** Undefined for what is no receipt, or none any more. It can be used again until then. */
  find(secret: string | undefined): Receipt | undefined {
    const receipt = secret === undefined ? undefined : this.#receipts.get(secret);
    return receipt !== undefined && receipt.expiresAt > this.#clock.now() ? receipt : undefined;
  }
}
