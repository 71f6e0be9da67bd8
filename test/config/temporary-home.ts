import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { accountNamed, type ResolvedAccount, resolveAccount } from '../../src/config/account.ts';
import type { AccountOptionValues } from '../../src/config/account-options.ts';
import type { Environment, Surroundings } from '../../src/config/paths.ts';
import { isFedError } from '../../src/errors.ts';

/** A machine of its own for each test: a home directory, a working directory and an /etc, all empty. */
export interface TemporaryHome {
  /** An absolute path on that machine: `home/.config/openstack/clouds.yaml`, `work/clouds.yaml`, `etc/…`. */
  path(relative: string): string;
  write(relative: string, text: string): string;
  surroundings(env?: Environment): Surroundings;
  resolve(env: Environment, options?: AccountOptionValues): Promise<ResolvedAccount>;
  named(entry: string, env?: Environment): Promise<ResolvedAccount>;
}

export function temporaryHome(): TemporaryHome {
  let root = '';
  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'fed-config-')));
    for (const each of ['home', 'work', 'etc']) mkdirSync(join(root, each));
  });
  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });
  const path = (relative: string): string => join(root, relative);
  const surroundings = (env: Environment = {}): Surroundings => ({
    env,
    cwd: path('work'),
    homeDirectory: path('home'),
    machineDirectory: path('etc'),
  });
  return {
    path,
    write(relative, text) {
      const file = path(relative);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      return file;
    },
    surroundings,
    resolve: (env, options = {}) => resolveAccount({ ...surroundings(env), options }),
    named: (entry, env = {}) => accountNamed({ ...surroundings(env), entry }),
  };
}

/** An error's message and hint in one text, as a person reads it. */
export async function complaint(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (!isFedError(error)) throw error;
    return `${error.message} ${error.hint ?? ''}`;
  }
  throw new Error('It was expected to fail, and did not.');
}

/** The variables of a usual openrc file. */
export const openrc: Environment = {
  OS_AUTH_URL: 'https://home.example:5000/v3',
  OS_USERNAME: 'ada',
  OS_PASSWORD: 'horse staple',
  OS_USER_DOMAIN_NAME: 'People',
  OS_PROJECT_NAME: 'research',
  OS_PROJECT_DOMAIN_NAME: 'Projects',
  OS_IDENTITY_API_VERSION: '3',
};

/** An entry of clouds.yaml with a user and a project, whose lines can be added to. */
export function entry(name: string, more = ''): string {
  return `  ${name}:
    auth:
      auth_url: https://${name}.example:5000/v3
      username: ada
      password: horse staple
      user_domain_name: People
      project_name: research
      project_domain_name: Projects
${more}`;
}
