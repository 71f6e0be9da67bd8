import { UsageError } from '../errors.ts';
import { regionsIn } from '../keystone/catalog.ts';
import type { Service } from '../services/types.ts';
import type { Provider } from './provider.ts';
import type { Narrowing, Roster } from './roster.ts';

/** No provider has a region of that name, or none has the service in it, as far as could be asked. */
export async function noSuchRegion(
  roster: Roster,
  providers: readonly Provider[],
  narrowing: Narrowing,
  service?: Service,
): Promise<UsageError> {
  const there = new Set<string>();
  for (const provider of providers) {
    const [project] = await roster.projectsAt(provider, narrowing).catch(() => []);
    const token = project && (await provider.tokenFor(project).catch(() => undefined));
    for (const region of regionsIn(token?.catalog ?? [])) there.add(region);
  }
  const { regions = [] } = narrowing;
  const where = providers.map(({ name }) => name).join(', ');
  if (service !== undefined && regions.some((region) => there.has(region))) {
    return new UsageError(`There is no ${service.type} service in ${regions.join(' or ')} at ${where}.`, {
      hint: 'fed catalog list shows what each provider has.',
    });
  }
  return new UsageError(`There is no region ${regions.join(' or ')} at ${where}; there are: ${[...there].join(', ')}.`);
}
