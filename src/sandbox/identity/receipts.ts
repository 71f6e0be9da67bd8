import type { User } from './directory.ts';

/** What somebody has proved so far, in an authentication of several steps. */
export interface Receipt {
  readonly user: User;
  readonly methods: readonly string[];
}

/** The receipts of one Keystone. */
export class Receipts {
  readonly #receipts = new Map<string, Receipt>();

  add(secret: string, receipt: Receipt): void {
    this.#receipts.set(secret, receipt);
  }

  find(secret: string | undefined): Receipt | undefined {
    return secret === undefined ? undefined : this.#receipts.get(secret);
  }
}
