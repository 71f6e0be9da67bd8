/** The grammars of services' paths, each read when it is first needed. */
import type { PathGrammar, Service } from './types.ts';

const grammars: Readonly<Record<string, () => Promise<{ readonly paths: PathGrammar }>>> = {
  accelerator: () => import('./accelerator/paths.ts'),
  alarm: () => import('./alarm/paths.ts'),
  'application-container': () => import('./application-container/paths.ts'),
  backup: () => import('./backup/paths.ts'),
  baremetal: () => import('./baremetal/paths.ts'),
  'baremetal-introspection': () => import('./baremetal-introspection/paths.ts'),
  'block-storage': () => import('./block-storage/paths.ts'),
  clustering: () => import('./clustering/paths.ts'),
  compute: () => import('./compute/paths.ts'),
  'container-infrastructure-management': () => import('./container-infrastructure-management/paths.ts'),
  database: () => import('./database/paths.ts'),
  dns: () => import('./dns/paths.ts'),
  identity: () => import('./identity/paths.ts'),
  image: () => import('./image/paths.ts'),
  'instance-ha': () => import('./instance-ha/paths.ts'),
  'key-manager': () => import('./key-manager/paths.ts'),
  'load-balancer': () => import('./load-balancer/paths.ts'),
  message: () => import('./message/paths.ts'),
  metric: () => import('./metric/paths.ts'),
  'metric-storage': () => import('./metric-storage/paths.ts'),
  network: () => import('./network/paths.ts'),
  'object-store': () => import('./object-store/paths.ts'),
  orchestration: () => import('./orchestration/paths.ts'),
  placement: () => import('./placement/paths.ts'),
  rating: () => import('./rating/paths.ts'),
  reservation: () => import('./reservation/paths.ts'),
  'resource-optimization': () => import('./resource-optimization/paths.ts'),
  'shared-file-system': () => import('./shared-file-system/paths.ts'),
  workflow: () => import('./workflow/paths.ts'),
};

/** What is known of the paths of a service that has no description: where ids stand is seen by their form. */
const UNKNOWN: PathGrammar = { collections: {} };

const held = new Map<string, PathGrammar>();

/** The grammar of a service's paths, if it has been read. */
export function heldPathsOf({ type }: Service): PathGrammar | undefined {
  return held.get(type) ?? (Object.hasOwn(grammars, type) ? undefined : UNKNOWN);
}

/** The grammar of a service's paths. */
export async function pathsOf(service: Service): Promise<PathGrammar> {
  const known = heldPathsOf(service);
  if (known !== undefined) return known;
  const { paths } = (await grammars[service.type]?.()) ?? { paths: UNKNOWN };
  held.set(service.type, paths);
  return paths;
}

/** The services whose paths are described. */
export const describedServices: readonly string[] = Object.keys(grammars);
