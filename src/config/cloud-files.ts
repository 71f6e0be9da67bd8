import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ConfigError } from '../errors.ts';
import { parseDocument } from './document.ts';
import { expandPath, type Surroundings, variable, xdgDirectory } from './paths.ts';
import { isRecord } from './record.ts';
import { utf8Of } from './utf8.ts';

/** Entries of one file, by name. */
export interface CloudFile {
  readonly path: string;
  readonly entries: Readonly<Record<string, unknown>>;
}

/** The files that say which clouds there are, as openstacksdk finds them. */
export interface CloudFiles {
  readonly clouds?: CloudFile;
  /** Found by itself, perhaps in another folder; what it says is laid over `clouds`. */
  readonly secure?: CloudFile;
  /** The folders that were searched. */
  readonly searched: readonly string[];
  readonly warnings: readonly string[];
}

const suffixes = ['.yaml', '.yml', '.json'];

/** The folders that openstacksdk searches, in its order. Of several `XDG_CONFIG_DIRS` each one is searched. */
function searchDirectories(surroundings: Surroundings): string[] {
  const { env, cwd, homeDirectory, machineDirectory = '/etc' } = surroundings;
  const site = variable(env, 'XDG_CONFIG_DIRS')?.split(':') ?? [];
  const all = [
    resolve(cwd),
    join(xdgDirectory(surroundings, 'XDG_CONFIG_HOME', '.config'), 'openstack'),
    // In a snap, ~ is a folder of the snap's own.
    join(variable(env, 'SNAP_REAL_HOME') ?? homeDirectory, '.config', 'openstack'),
    ...site.filter((each) => each.startsWith('/')).map((each) => join(each, 'openstack')),
    join(machineDirectory, 'xdg', 'openstack'),
    join(machineDirectory, 'openstack'),
  ];
  return [...new Set(all)];
}

interface Found {
  readonly path: string;
  readonly document: Readonly<Record<string, unknown>>;
}

function readable(path: string, warn: (text: string) => void): Uint8Array | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return readFileSync(path);
  } catch (error) {
    warn(`${path} is left out: ${(error as NodeJS.ErrnoException).code ?? 'it cannot be read'}.`);
    return undefined;
  }
}

async function firstFile(
  base: string,
  surroundings: Surroundings,
  override: string | undefined,
  warn: (text: string) => void,
): Promise<Found | undefined> {
  const directories = searchDirectories(surroundings);
  const paths = directories.flatMap((directory) => suffixes.map((suffix) => join(directory, base + suffix)));
  if (override !== undefined) {
    const value = variable(surroundings.env, override);
    const path = value === undefined ? undefined : expandPath(value, surroundings);
    if (path !== undefined) paths.unshift(path);
    if (path !== undefined && !existsSync(path)) {
      warn(`${override} names ${path}, which does not exist; the usual folders are searched.`);
    }
  }
  for (const path of paths) {
    const bytes = readable(path, warn);
    if (bytes === undefined) continue;
    const { value, warnings } = await parseDocument(utf8Of(bytes, path), path);
    for (const each of warnings) warn(each);
    if (!isRecord(value ?? {})) {
      throw new ConfigError(`${path} must have named sections, such as clouds:.`, { file: path });
    }
    return { path, document: isRecord(value) ? value : {} };
  }
  return undefined;
}

function section(found: Found | undefined, name: string): CloudFile | undefined {
  if (found === undefined) return undefined;
  const { path, document } = found;
  const entries = document[name] ?? {};
  if (isRecord(entries)) return { path, entries };
  const listed = Array.isArray(entries) ? ', and is a list' : '';
  throw new ConfigError(`${name} in ${path} must have the name of each cloud as a key${listed}.`, {
    file: path,
    hint: `It looks like this: ${name}: {research: {auth: {auth_url: https://keystone.example:5000/v3}}}`,
  });
}

/**
 * Find and read clouds.yaml and secure.yaml. The first file of each counts whole; what cannot be opened is left
 * out with a warning.
 *
 * @throws ConfigError when a file that counts is not well formed
 */
export async function readCloudFiles(surroundings: Surroundings): Promise<CloudFiles> {
  const warnings: string[] = [];
  const warn = (text: string) => warnings.push(text);
  const found = await firstFile('clouds', surroundings, 'OS_CLIENT_CONFIG_FILE', warn);
  const clouds = section(found, 'clouds');
  const secure = section(await firstFile('secure', surroundings, 'OS_CLIENT_SECURE_FILE', warn), 'clouds');
  return {
    searched: searchDirectories(surroundings),
    warnings,
    ...(clouds !== undefined && { clouds }),
    ...(secure !== undefined && { secure }),
  };
}

/** The profiles of clouds-public.yaml, read only when an entry names one. */
export async function readPublicClouds(
  surroundings: Surroundings,
  warn: (text: string) => void,
): Promise<CloudFile | undefined> {
  return section(await firstFile('clouds-public', surroundings, undefined, warn), 'public-clouds');
}

/** The names of all entries, those of clouds.yaml first. */
export function entryNames({ clouds, secure }: CloudFiles): string[] {
  return [...new Set([...Object.keys(clouds?.entries ?? {}), ...Object.keys(secure?.entries ?? {})])];
}
