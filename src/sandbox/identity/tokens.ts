import { randomBytes } from 'node:crypto';
import type { SandboxClock } from '../settings.ts';
import type { ApplicationCredential, Project, User } from './directory.ts';

/** What an assertion made of a user: the mapping's groups, and the projects that these may use. */
export interface FederatedIdentity {
  readonly groups: readonly string[];
  readonly projects: readonly Project[];
}

export interface Token {
  readonly secret: string;
  readonly user: User;
  readonly methods: readonly string[];
  readonly auditIds: readonly string[];
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly project: Project | undefined;
  readonly federated: FederatedIdentity | undefined;
  /** What it was made with, if that is one. */
  readonly credential: ApplicationCredential | undefined;
}

interface Issue {
  readonly user: User;
  readonly methods: readonly string[];
  readonly project?: Project | undefined;
  readonly federated?: FederatedIdentity | undefined;
  readonly credential?: ApplicationCredential | undefined;
  /** The token that it is made from: its expiry is kept. */
  readonly parent?: Token | undefined;
}

/** The tokens of one Keystone. */
export class Tokens {
  /** For tokens issued from now on. */
  lifetimeSeconds: number;
  readonly #clock: SandboxClock;
  readonly #tokens = new Map<string, Token>();
  readonly #ended = new Set<string>();

  constructor(clock: SandboxClock, lifetimeSeconds: number) {
    this.#clock = clock;
    this.lifetimeSeconds = lifetimeSeconds;
  }

  issue(issue: Issue): Token {
    const issuedAt = Math.floor(this.#clock.now() / 1000) * 1000;
    const token: Token = {
      secret: `gAAAAAB${randomBytes(132).toString('base64url')}`,
      user: issue.user,
      methods: issue.methods,
      auditIds: [randomBytes(16).toString('base64url'), ...(issue.parent?.auditIds.slice(-1) ?? [])],
      issuedAt,
      expiresAt: issue.parent?.expiresAt ?? issuedAt + this.lifetimeSeconds * 1000,
      project: issue.project,
      federated: issue.federated,
      credential: issue.credential,
    };
    if (this.#tokens.size > 20_000) this.#prune();
    this.#tokens.set(token.secret, token);
    return token;
  }

  /** Undefined for what is no token, has expired or was revoked. */
  find(secret: string | undefined): Token | undefined {
    const token = secret === undefined ? undefined : this.#tokens.get(secret);
    return token !== undefined && this.#valid(token) ? token : undefined;
  }

  /** Whether it was a token once: Keystone words that differently. */
  knew(secret: string): boolean {
    return this.#tokens.has(secret);
  }

  /** That token alone: those made from it live on. */
  revoke(secret: string): void {
    this.#ended.add(secret);
  }

  /** Every token that there is, as if its time were over. */
  expireAll(): void {
    for (const secret of this.#tokens.keys()) this.#ended.add(secret);
  }

  #valid(token: Token): boolean {
    return token.expiresAt > this.#clock.now() && !this.#ended.has(token.secret);
  }

  #prune(): void {
    for (const token of this.#tokens.values()) {
      if (this.#valid(token)) continue;
      this.#tokens.delete(token.secret);
      this.#ended.delete(token.secret);
    }
  }
}
