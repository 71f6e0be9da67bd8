import type { Composed } from '../../compose.ts';
import { HomeAuthError } from '../../errors.ts';
import { describeToken } from '../../keystone/describe-token.ts';
import type { Token } from '../../keystone/token.ts';

/** So many tokens are remembered, those used last. */
const LIMIT = 100;
/** A token that was revoked is found out after this time. */
const REMEMBERED_MS = 5 * 60 * 1000;

interface Known {
  readonly same: Promise<boolean>;
  readonly until: number;
}

/** Whether a caller's token is one of the federation's own user: nobody's request is made with another's rights. */
export class Callers {
  readonly #composed: Composed;
  readonly #known = new Map<string, Known>();

  constructor(composed: Composed) {
    this.#composed = composed;
  }

  /** @throws TransportError, ProviderResponseError when home cannot say whose it is */
  isOwn(secret: string, own: Token): Promise<boolean> {
    if (secret === own.secret) return Promise.resolve(true);
    const now = this.#composed.context.clock.now();
    const known = this.#known.get(secret);
    this.#known.delete(secret);
    const usable = known !== undefined && known.until > now ? known : this.#ask(secret, own, now + REMEMBERED_MS);
    this.#known.set(secret, usable);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= LIMIT) break;
      this.#known.delete(oldest);
    }
    return usable.same;
  }

  #ask(secret: string, own: Token, until: number): Known {
    const asked = { same: this.#isOfUser(secret, own), until };
    asked.same.catch(() => {
      if (this.#known.get(secret) === asked) this.#known.delete(secret);
    });
    return asked;
  }

  async #isOfUser(secret: string, own: Token): Promise<boolean> {
    const { context, account, settings } = this.#composed;
    try {
      const home = { ...account, name: settings.values['home-name'] };
      const { token } = await describeToken(context, home, secret);
      return token.user.id === own.user.id && token.project?.id === own.project?.id;
    } catch (error) {
      // Not one of home's: home says so itself to whoever sends it.
      if (error instanceof HomeAuthError) return false;
      throw error;
    }
  }
}
