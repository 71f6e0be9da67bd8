import { UsageError } from '../errors.ts';
import { type Catalog, regionsIn } from '../keystone/catalog.ts';

/** The region that the configuration names for home is none of home's. */
export function noSuchHomeRegion(name: string, region: string, catalog: Catalog): UsageError {
  return new UsageError(`${name} has no region ${region}; there are: ${regionsIn(catalog).join(', ')}.`, {
    hint: "OS_REGION_NAME, --os-region-name and region_name of clouds.yaml name home's region.",
  });
}
