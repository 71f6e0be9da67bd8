import { ConfigError } from '../errors.ts';
import { type CloudFile, type CloudFiles, entryNames, readPublicClouds } from './cloud-files.ts';
import { type Layer, layerOf } from './layer.ts';
import type { Surroundings } from './paths.ts';
import type { Place } from './place.ts';
import { isRecord } from './record.ts';
import { regionOf } from './regions.ts';
import { didYouMean } from './suggestion.ts';

type Raw = Readonly<Record<string, unknown>>;

/** An entry of clouds.yaml with all that is said of it elsewhere. */
export interface CloudEntry {
  readonly place: Place;
  /** The weakest first: profile, clouds.yaml, secure.yaml, values of the region. */
  readonly layers: readonly Layer[];
  /** The same as it was written, without what is said of the layers' places. */
  readonly raw: Raw;
}

function rawEntry(file: CloudFile | undefined, name: string): Raw | undefined {
  if (file === undefined || !Object.hasOwn(file.entries, name)) return undefined;
  const raw = file.entries[name] ?? {};
  const { auth } = isRecord(raw) ? raw : {};
  if (isRecord(raw) && isRecord(auth ?? {})) return raw;
  const what = isRecord(raw) ? `auth of ${name}` : name;
  throw new ConfigError(`${what} in ${file.path} must have keys below it, such as auth_url:.`, { file: file.path });
}

function fileLayer(raw: Raw, name: string, path: string): Layer {
  return layerOf(raw, (key) => `${key} of ${name} in ${path}`);
}

/** The vendor profile that an entry builds on, which must be in clouds-public.yaml. */
async function profileOf(
  raw: Raw,
  entry: { readonly name: string; readonly path: string; readonly hasAuthUrl: boolean },
  surroundings: Surroundings,
  warn: (text: string) => void,
): Promise<{ readonly raw: Raw; readonly path: string; readonly name: string } | undefined> {
  const name = raw.profile ?? raw.cloud;
  if (typeof name !== 'string' || name === '') return undefined;
  const file = await readPublicClouds(surroundings, warn);
  const profile = rawEntry(file, name);
  if (file !== undefined && profile !== undefined) return { raw: profile, path: file.path, name };
  const problem = /^https?:/.test(name)
    ? `${entry.name} in ${entry.path} takes its profile from the web (${name}), which fed does not do`
    : `${entry.name} in ${entry.path} uses the profile ${name}, which is not in ${file?.path ?? 'a clouds-public.yaml'}`;
  if (entry.hasAuthUrl) {
    warn(`${problem}; what the entry itself says is used.`);
    return undefined;
  }
  throw new ConfigError(`${problem}.`, {
    file: entry.path,
    hint: `The profiles inside openstacksdk are not known here: write auth_url (and what else the profile gave) into the entry, or the profile into clouds-public.yaml below public-clouds:.${didYouMean(name, Object.keys(file?.entries ?? {}))}`,
  });
}

function unknownEntry(name: string, files: CloudFiles): ConfigError {
  const names = entryNames(files);
  const read = [files.clouds?.path, files.secure?.path].filter((path) => path !== undefined);
  if (read.length === 0) {
    return new ConfigError(`There is no cloud named ${name}: no clouds.yaml was found.`, {
      hint: `Searched: ${files.searched.join(', ')}.`,
    });
  }
  const has = names.length === 0 ? 'has no clouds' : `has: ${names.join(', ')}`;
  return new ConfigError(`There is no cloud named ${name}.${didYouMean(name, names)} ${read.join(' with ')} ${has}.`, {
    file: read[0],
    hint: `The first clouds.yaml that is found counts whole. Searched: ${files.searched.join(', ')}.`,
  });
}

/**
 * All that the files say of one cloud.
 *
 * @param region the region that the user asked for by variable or option
 * @throws ConfigError for an unknown name, profile or region
 */
export async function readEntry(
  name: string,
  files: CloudFiles,
  surroundings: Surroundings,
  region: string | undefined,
  warn: (text: string) => void,
): Promise<CloudEntry> {
  const open = rawEntry(files.clouds, name);
  const secure = rawEntry(files.secure, name);
  const path = (open === undefined ? files.secure : files.clouds)?.path;
  if (path === undefined || (open === undefined && secure === undefined)) throw unknownEntry(name, files);
  const own = [
    ...(open === undefined ? [] : [fileLayer(open, name, files.clouds?.path ?? path)]),
    ...(secure === undefined ? [] : [fileLayer(secure, name, files.secure?.path ?? path)]),
  ];
  const raw = { ...open, ...secure };
  const hasAuthUrl = own.some((layer) => layer.has('auth_url'));
  const profile = await profileOf(raw, { name, path, hasAuthUrl }, surroundings, warn);
  const chosen = regionOf([raw, profile?.raw ?? {}], region, { name, path });
  return {
    place: { kind: 'entry', name, path, secureOnly: open === undefined },
    raw: { ...profile?.raw, ...raw, ...chosen.values },
    layers: [
      ...(profile === undefined ? [] : [fileLayer(profile.raw, `profile ${profile.name}`, profile.path)]),
      ...own,
      layerOf({ ...chosen.values, region_name: chosen.name }, (key) => `${key} of ${name} in ${path}`),
    ],
  };
}
