import { createHash, randomBytes } from 'node:crypto';
import type { Person } from '../data/people.ts';
import type { Random } from '../data/random.ts';

/** The users, projects and credentials of one Keystone. All are in the domain `default`. */

export interface Project {
  readonly id: string;
  readonly name: string;
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

export class Directory {
  readonly roles: readonly { readonly id: string; readonly name: string }[];
  readonly applicationCredentials = new Map<string, ApplicationCredential>();
  readonly credentials = new Map<string, StoredCredential>();
  readonly #users = new Map<string, User>();
  readonly #usersByName = new Map<string, User>();
  readonly #projects = new Map<string, Project>();
  readonly #projectsByName = new Map<string, Project>();
  readonly #randomFor: (kind: string, name: string) => Random;

  /** @param randomFor ids depend on what they are for alone, not on the order in which they are needed */
  constructor(randomFor: (kind: string, name: string) => Random) {
    this.#randomFor = randomFor;
    this.roles = ['member', 'reader'].map((name) => ({ id: randomFor('role', name).hex(32), name }));
  }

  project(id: string): Project | undefined {
    return this.#projects.get(id.toLowerCase());
  }

  /** Names are told apart without regard to case, as in MySQL. */
  projectNamed(name: string): Project | undefined {
    return this.#projectsByName.get(name.toLowerCase());
  }

  get projects(): readonly Project[] {
    return [...this.#projects.values()];
  }

  /** The project of that name, made if it is not there. */
  ensureProject(name: string): Project {
    const known = this.projectNamed(name);
    if (known !== undefined) return known;
    const project = { id: this.#randomFor('project', name).hex(32), name };
    this.#projects.set(project.id, project);
    this.#projectsByName.set(name.toLowerCase(), project);
    return project;
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
