/** Version documents that are true for every provider: clients negotiate from them what they then use everywhere. */
import { isRecord } from './catalog.ts';

/**
 * The first provider's document, with the range of microversions that all of them have, and links that lead to the
 * proxy. A version that another provider does not have at all stays: requests for it are answered there as they are.
 *
 * @param documents the providers' documents, home's first
 * @param root the service's address at the proxy, without a trailing slash
 */
export function commonVersions(documents: readonly unknown[], root: string): unknown {
  const [first, ...others] = documents;
  if (first === undefined) return undefined;
  const ranges = others.map((each) => rangesIn(each));
  return mapVersions(first, (version) => narrowed(relinked(version, root), ranges));
}

type Version = Readonly<Record<string, unknown>>;
type Ranges = ReadonlyMap<string, { readonly min: string; readonly max: string }>;

/** `{versions: […]}`, `{versions: {values: […]}}` or `{version: {…}}`. */
function mapVersions(body: unknown, change: (version: Version) => Version): unknown {
  if (!isRecord(body)) return body;
  if (isRecord(body.version)) return { ...body, version: change(body.version) };
  const { versions } = body;
  const changed = (list: readonly unknown[]) => list.map((each) => (isRecord(each) ? change(each) : each));
  if (Array.isArray(versions)) return { ...body, versions: changed(versions) };
  if (isRecord(versions) && Array.isArray(versions.values)) {
    return { ...body, versions: { ...versions, values: changed(versions.values) } };
  }
  return body;
}

function versionsIn(body: unknown): Version[] {
  const found: Version[] = [];
  mapVersions(body, (version) => {
    found.push(version);
    return version;
  });
  return found;
}

function rangesIn(body: unknown): Ranges {
  return new Map(
    versionsIn(body).flatMap((version) => {
      const { min, max } = rangeOf(version);
      return typeof version.id === 'string' && isMicroversion(min) && isMicroversion(max)
        ? [[version.id, { min, max }] as const]
        : [];
    }),
  );
}

/** Nova and Cinder call the newest `version`, Placement and Ironic `max_version`. */
function rangeOf(version: Version): { min: unknown; max: unknown } {
  return { min: version.min_version, max: version.max_version ?? version.version };
}

function narrowed(version: Version, ranges: readonly Ranges[]): Version {
  const own = rangeOf(version);
  if (!isMicroversion(own.min) || !isMicroversion(own.max) || typeof version.id !== 'string') return version;
  let [min, max] = [own.min, own.max];
  for (const each of ranges) {
    const other = each.get(version.id);
    if (other === undefined) continue;
    if (compare(other.min, min) > 0) min = other.min;
    if (compare(other.max, max) < 0) max = other.max;
  }
  // Nothing that all have: what home has, as before. What a provider lacks it refuses by itself.
  if (compare(min, max) > 0) return version;
  const newest = 'max_version' in version ? 'max_version' : 'version';
  return { ...version, min_version: min, [newest]: max };
}

function isMicroversion(value: unknown): value is string {
  return typeof value === 'string' && /^\d+\.\d+$/.test(value);
}

function compare(a: string, b: string): number {
  const [major = 0, minor = 0] = a.split('.').map(Number);
  const [otherMajor = 0, otherMinor = 0] = b.split('.').map(Number);
  return major - otherMajor || minor - otherMinor;
}

/**
 * Links to the versions themselves. Clouds write another host or scheme than the one that clients use, so it is the
 * last segment that counts: the version.
 */
function relinked(version: Version, root: string): Version {
  if (!Array.isArray(version.links)) return version;
  const links = version.links.map((link) => {
    if (!isRecord(link) || link.rel !== 'self' || typeof link.href !== 'string') return link;
    const segment = /\/(v\d+(?:\.\d+)?)\/?$/.exec(link.href)?.[1];
    return { ...link, href: segment === undefined ? `${root}/` : `${root}/${segment}/` };
  });
  return { ...version, links };
}
