import { createHash, randomBytes } from 'node:crypto';
import type { Person } from '../data/people.ts';
import type { Random } from '../data/random.ts';

/** The users, projects and credentials of one Keystone. All are in the domain `default`, but for some projects. */

export interface Domain {
  readonly id: string;
  readonly name: string;
}

export interface Project {
  readonly id: string;
  readonly name: string;
  readonly domain: Domain;
  /** What the sandbox calls it, in grants and in the names of what is in it: mostly the name. */
  readonly title: string;
}

export interface User {
  readonly id: string;
  readonly name: string;
  readonly person: Person | undefined;
  /** Came with an assertion. */
  readonly federated: boolean;
}

export interface ApplicationCredential {
  readonly id: string;
  readonly name: string;
  readonly secret: string;
  readonly user: User;
  readonly project: Project;
  readonly description: string | null;
}

/** A credential that a user stored: `totp` with a base32 secret is the one that counts. */
export interface StoredCredential {
  readonly id: string;
  readonly userId: string;
  readonly type: string;
  readonly blob: string;
}

export const DOMAIN = { id: 'default', name: 'Default' } as const;

/** Whether a request means this domain: by id, or by name without regard to case. */
export function isDomain(domain: Domain, given: { readonly id?: unknown; readonly name?: unknown }): boolean {
  if (typeof given.id === 'string') return given.id === domain.id;
  return typeof given.name === 'string' && given.name.toLowerCase() === domain.name.toLowerCase();
}

export class Directory {
  readonly roles: readonly { readonly id: string; readonly name: string }[];
  readonly applicationCredentials = new Map<string, ApplicationCredential>();
  readonly credentials = new Map<string, StoredCredential>();
  readonly #users = new Map<string, User>();
  readonly #usersByName = new Map<string, User>();
  readonly #projects = new Map<string, Project>();
  readonly #projectsByTitle = new Map<string, Project>();
  readonly #randomFor: (kind: string, name: string) => Random;
  readonly #sameName: string | undefined;

  /**
   * @param randomFor ids depend on what they are for alone, not on the order in which they are needed
   * @param sameName of all projects, each in a domain of its own
   */
  constructor(randomFor: (kind: string, name: string) => Random, sameName?: string) {
    this.#randomFor = randomFor;
    this.#sameName = sameName;
    this.roles = ['member', 'reader'].map((name) => ({ id: randomFor('role', name).hex(32), name }));
  }

  project(id: string): Project | undefined {
    return this.#projects.get(id.toLowerCase());
  }

  projectTitled(title: string): Project | undefined {
    return this.#projectsByTitle.get(title);
  }

  /** Names are told apart without regard to case, as in MySQL. */
  projectNamed(name: string, domain: { readonly id?: unknown; readonly name?: unknown }): Project | undefined {
    const wanted = name.toLowerCase();
    return this.projects.find((project) => project.name.toLowerCase() === wanted && isDomain(project.domain, domain));
  }

  get projects(): readonly Project[] {
    return [...this.#projects.values()];
  }

  /** The project that the sandbox calls so, made if it is not there. */
  ensureProject(title: string): Project {
    const known = this.projectTitled(title);
    if (known !== undefined) return known;
    const name = this.#sameName ?? title;
    const domain = this.#sameName === undefined ? DOMAIN : this.#nextDomain();
    const project = { id: this.#randomFor('project', title).hex(32), name, domain, title };
    this.#projects.set(project.id, project);
    this.#projectsByTitle.set(title, project);
    return project;
  }

  #nextDomain(): Domain {
    const others = this.#projects.size;
    if (others === 0) return DOMAIN;
    const name = `Other${others === 1 ? '' : others}`;
    return { id: this.#randomFor('domain', name).hex(32), name };
  }

  user(id: string): User | undefined {
    return this.#users.get(id);
  }

  userNamed(name: string): User | undefined {
    return this.#usersByName.get(name.toLowerCase());
  }

  /** A user with a password here. */
  addPerson(person: Person): User {
    const user = { id: this.#randomFor('user', person.name).hex(32), name: person.name, person, federated: false };
    this.#users.set(user.id, user);
    this.#usersByName.set(person.name.toLowerCase(), user);
    for (const project of person.projects) this.ensureProject(project);
    return user;
  }

  /** The user that an assertion is about. Whoever has the same name has the same id at every provider. */
  federatedUser(name: string): User {
    const id = createHash('sha256').update(`${DOMAIN.id}user${name}`).digest('hex');
    const known = this.#users.get(id);
    if (known !== undefined) return known;
    const user = { id, name, person: undefined, federated: true };
    this.#users.set(id, user);
    return user;
  }

  addApplicationCredential(
    user: User,
    project: Project,
    given: { readonly name: string; readonly secret?: string; readonly description?: string },
  ): ApplicationCredential {
    const credential = {
      id: randomBytes(16).toString('hex'),
      name: given.name,
      secret: given.secret ?? randomBytes(64).toString('base64url'),
      user,
      project,
      description: given.description ?? null,
    };
    this.applicationCredentials.set(credential.id, credential);
    return credential;
  }

  applicationCredentialNamed(user: User, name: string): ApplicationCredential | undefined {
    return this.applicationCredentialsOf(user).find((credential) => credential.name === name);
  }

  applicationCredentialsOf(user: User): ApplicationCredential[] {
    return [...this.applicationCredentials.values()].filter((credential) => credential.user === user);
  }

  /** Base32 secrets of the user's one-time passwords. */
  totpSecrets(user: User): string[] {
    const stored = [...this.credentials.values()].filter(({ userId, type }) => userId === user.id && type === 'totp');
    const own = user.person?.totpSecret;
    return [...(own === undefined ? [] : [own]), ...stored.map(({ blob }) => blob)];
  }
}
