import { randomBytes } from 'node:crypto';
import type { SandboxClock } from '../settings.ts';
import type { Presented } from './assertion.ts';

/** Who came with an assertion. */
export interface Visitor {
  readonly user: string;
  /** The project at home for which the assertion was made. */
  readonly homeProject: string;
}

const LIFETIME_MS = 8 * 3_600_000;

/** What a provider's SAML module remembers: sessions, and the assertions that it has seen. */
export class Sessions {
  readonly #clock: SandboxClock;
  readonly #sessions = new Map<string, { readonly visitor: Visitor; readonly until: number }>();
  readonly #seen = new Map<string, number>();

  constructor(clock: SandboxClock) {
    this.#clock = clock;
  }

  /** Whether this is the first time that the assertion is presented. */
  isFirst(presented: Presented): boolean {
    const now = this.#clock.now();
    for (const [id, until] of this.#seen) if (until < now) this.#seen.delete(id);
    if (this.#seen.has(presented.id)) return false;
    this.#seen.set(presented.id, presented.notOnOrAfter);
    return true;
  }

  /** Begin a session; gives the cookie's value. It can be used again and again. */
  begin(presented: Presented): string {
    const key = randomBytes(16).toString('hex');
    const first = (name: string) => presented.attributes.get(name)?.[0] ?? '';
    this.#sessions.set(key, {
      visitor: { user: first('openstack_user'), homeProject: first('openstack_project') },
      until: this.#clock.now() + LIFETIME_MS,
    });
    return key;
  }

  find(key: string | undefined): Visitor | undefined {
    const session = key === undefined ? undefined : this.#sessions.get(key);
    return session !== undefined && session.until > this.#clock.now() ? session.visitor : undefined;
  }
}

/** The value of a cookie in a request's `Cookie` header. */
export function cookieValue(line: string | undefined, name: string): string | undefined {
  for (const pair of (line ?? '').split(';')) {
    const [key, ...value] = pair.trim().split('=');
    if (key === name) return value.join('=');
  }
  return undefined;
}
