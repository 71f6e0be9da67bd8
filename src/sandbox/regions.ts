import { serviceOf } from '../services/index.ts';
import { isFurther } from './further/types.ts';

/** A region of a cloud that has several. All have the cloud's one Keystone. */
export interface SandboxRegion {
  readonly name: string;
  /** Types of the services that it has; all that the cloud has without it. */
  readonly services?: readonly string[];
  /** Those of them that are the first region's: the catalog has the same URL for both. */
  readonly shared?: readonly string[];
}

/** A region with a service of its own or another's. */
export interface Region {
  readonly name: string;
  /** What paths of its services begin with: nothing for the first region, `/r2` for the second. */
  readonly prefix: string;
  /** Behind names and ids of what is there from the beginning; empty for the first region. */
  readonly suffix: string;
  offers(service: string): boolean;
  /** Whether it uses the first region's, as all do with Identity. */
  shares(service: string): boolean;
}

/**
 * @param offers what the whole cloud has
 * @throws RangeError for a name that is there twice
 */
export function regionsOf(
  given: readonly (string | SandboxRegion)[],
  offers: (service: string) => boolean,
): readonly Region[] {
  if (given.length === 0) throw new RangeError('a cloud has a region at least');
  const settings = given.map((one) => (typeof one === 'string' ? { name: one } : one));
  const twice = settings.find(({ name }, i) => name === '' || settings.findIndex((one) => one.name === name) !== i);
  if (twice !== undefined) throw new RangeError(`a cloud's regions have different names, and "${twice.name}" is none`);
  return settings.map((one: SandboxRegion, i) => {
    const services = one.services?.map(canonical);
    const shared = one.shared?.map(canonical) ?? [];
    return {
      name: one.name,
      prefix: i === 0 ? '' : `/r${i + 1}`,
      suffix: i === 0 ? '' : `-r${i + 1}`,
      offers: (service) => service === 'identity' || (offers(service) && services?.includes(service) !== false),
      shares: (service) => i > 0 && (service === 'identity' || shared.includes(service)),
    };
  });
}

function canonical(type: string): string {
  const service = serviceOf(type)?.type ?? (isFurther(type) ? type : undefined);
  if (service === undefined) throw new RangeError(`there is no service ${type}`);
  return service;
}
