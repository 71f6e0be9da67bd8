import { isObject } from '../keystone/shape.ts';
import { isFresh, type Project, type Token, tokenFromJson, tokenToJson } from '../keystone/token.ts';
import type { Clock } from '../ports/clock.ts';
import type { Codec } from './vault.ts';

/** An unscoped token at a provider, with the Identity v3 address to use it at. */
export interface Entry {
  readonly base: string;
  readonly token: Token;
}

/** Whom the locations that are remembered belong to. */
export interface Who {
  readonly userId: string;
  /** Of the home token; empty where it is unscoped. */
  readonly projectId: string;
}

interface ProjectList {
  readonly projects: readonly Project[];
  readonly expiresAt: number;
  /** When this process was given it; absent for one that was remembered. */
  readonly listedAt?: number;
}

/**
 * So long is a list of providers or projects believed before something is said that rests on it. A program that lists
 * again and again would ask the Keystones as often as the services otherwise, and what is new in a federation may be
 * half a minute late there. A command that reads lists from disk always asks.
 */
const LIST_BELIEVED_MS = 30_000;

/**
 * Whether a list was given a short time ago.
 * @param since milliseconds since the epoch, where an older list is not to be believed at all
 */
export function isCurrent(listedAt: number | undefined, clock: Clock, since?: number): boolean {
  if (listedAt === undefined) return false;
  return since === undefined ? clock.now() - listedAt < LIST_BELIEVED_MS : listedAt >= since;
}

/**
 * That a user has no project is believed for so long, and by one process: a role can be given at any moment, and who
 * was told to ask for one tries again.
 */
const NO_PROJECT_FOR_MS = 60_000;

export function tokenCodec(clock: Clock): Codec<Token> {
  return {
    toJson: tokenToJson,
    fromJson: tokenFromJson,
    expiresAt: (token) => token.expiresAt,
    isFresh: (token) => isFresh(token, clock),
  };
}

export function entryCodec(clock: Clock): Codec<Entry> {
  return {
    toJson: ({ base, token }) => ({ base, token: tokenToJson(token) }),
    fromJson: (json) => {
      if (!isObject(json) || typeof json.base !== 'string') return undefined;
      const token = tokenFromJson(json.token);
      return token && { base: json.base, token };
    },
    expiresAt: ({ token }) => token.expiresAt,
    isFresh: ({ token }) => isFresh(token, clock),
  };
}

function projectFromJson(json: unknown): Project | undefined {
  if (!isObject(json) || typeof json.id !== 'string' || typeof json.name !== 'string') return undefined;
  return {
    id: json.id,
    name: json.name,
    ...(typeof json.domainId === 'string' && { domainId: json.domainId }),
    ...(typeof json.domainName === 'string' && { domainName: json.domainName }),
  };
}

/** A list as it was given to a token, which is good as long as the token is, if there is anything in it. */
export function projectList(projects: readonly Project[], { expiresAt }: Token, clock: Clock): ProjectList {
  const listedAt = clock.now();
  if (projects.length > 0) return { projects, expiresAt, listedAt };
  return { projects, expiresAt: Math.min(expiresAt, listedAt + NO_PROJECT_FOR_MS), listedAt };
}

export function projectsCodec(clock: Clock): Codec<ProjectList> {
  return {
    toJson: ({ projects, expiresAt }) => (projects.length > 0 ? { projects, expiresAt } : undefined),
    fromJson: (json) => {
      if (!isObject(json) || !Array.isArray(json.projects) || typeof json.expiresAt !== 'number') return undefined;
      const projects = json.projects.map(projectFromJson);
      return projects.every((each) => each !== undefined) ? { projects, expiresAt: json.expiresAt } : undefined;
    },
    expiresAt: (list) => list.expiresAt,
    isFresh: (list) => list.expiresAt > clock.now(),
  };
}

/** A user's id does not change, but a name can be given to another user some day: asked again after a month. */
const WHO_LIFETIME_MS = 30 * 24 * 3600 * 1000;

/**
 * That a provider has let the user in. Whom it refuses after that is no stranger there, so it is kept much longer than
 * any token.
 */
const LET_IN_LIFETIME_MS = 365 * 24 * 3600 * 1000;

export function letInCodec(clock: Clock): Codec<true> {
  return {
    toJson: (value) => value,
    fromJson: (json) => (json === true ? true : undefined),
    expiresAt: () => clock.now() + LET_IN_LIFETIME_MS,
    isFresh: () => true,
  };
}

export function whoCodec(clock: Clock): Codec<Who> {
  return {
    toJson: (who) => who,
    fromJson: (json) =>
      isObject(json) && typeof json.userId === 'string' && typeof json.projectId === 'string'
        ? { userId: json.userId, projectId: json.projectId }
        : undefined,
    expiresAt: () => clock.now() + WHO_LIFETIME_MS,
    isFresh: () => true,
  };
}
