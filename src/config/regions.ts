import { ConfigError } from '../errors.ts';
import { isRecord } from './record.ts';

interface Region {
  readonly name?: string | undefined;
  /** What the entry says for this region only. */
  readonly values: Readonly<Record<string, unknown>>;
}

function listed(raw: Readonly<Record<string, unknown>>, where: { name: string; path: string }): Region[] {
  const { regions = [], region_name: named } = raw;
  const written =
    Array.isArray(regions) && regions.length > 0
      ? (regions as unknown[])
      : typeof named === 'string'
        ? named.split(',')
        : Array.isArray(named)
          ? (named as unknown[])
          : [];
  return written.map((region) => {
    if (typeof region === 'string') return { name: region.trim(), values: {} };
    const { name, values } = isRecord(region) ? region : {};
    if (typeof name === 'string' && isRecord(values ?? {})) return { name, values: isRecord(values) ? values : {} };
    throw new ConfigError(`regions of ${where.name} in ${where.path} must be names, or have name: and values:.`, {
      file: where.path,
    });
  });
}

/**
 * The region of an entry that is meant: the one asked for, else the first of the entry's, else of its profile's.
 *
 * @throws ConfigError when the entry lists its regions, and the one asked for is not among them
 */
export function regionOf(
  entryAndProfile: ReadonlyArray<Readonly<Record<string, unknown>>>,
  asked: string | undefined,
  where: { readonly name: string; readonly path: string },
): Region {
  const known = entryAndProfile.map((raw) => listed(raw, where)).find((regions) => regions.length > 0) ?? [];
  const found = asked === undefined ? known[0] : known.find(({ name }) => name === asked);
  if (found !== undefined) return found;
  if (asked !== undefined && known.length > 1) {
    throw new ConfigError(
      `${where.name} in ${where.path} has no region ${asked}; it has: ${known.map(({ name }) => name).join(', ')}.`,
      { file: where.path, hint: 'Names of regions are case-sensitive.' },
    );
  }
  return { name: asked, values: {} };
}
