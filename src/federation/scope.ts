import type { Project } from '../keystone/token.ts';

/**
 * One project in one region of one provider that the user can get a token for. Every call to a cloud happens in a
 * scope. The token is for provider and project; the region chooses among the endpoints of its catalog.
 */
export interface Scope {
  /** The provider's name. */
  readonly provider: string;
  readonly project: Project;
  /**
   * The region of the endpoint that is asked, where the catalog names one. Absent: not chosen; the catalog's first is
   * asked.
   */
  readonly region?: string;
  /** Whether the provider has the service in other regions too, so that messages must name this one. */
  readonly isRegional?: boolean;
  /** All regions whose endpoint it is, where that is more than one. */
  readonly sharedBy?: readonly string[];
}

/** The regions that a scope is in; undefined where none is chosen or named. */
export function regionsOf({ region, sharedBy }: Scope): readonly string[] | undefined {
  return sharedBy ?? (region === undefined ? undefined : [region]);
}

/** Whether two scopes can be one place, for services of which each may be shared by several regions. */
export function areTogether(a: Scope, b: Scope): boolean {
  const [ours, theirs] = [regionsOf(a), regionsOf(b)];
  const sameRegion = ours === undefined || theirs === undefined || ours.some((region) => theirs.includes(region));
  return a.provider === b.provider && sameRegion;
}

/** `sp-a/research-one`, or `sp-a/research-one in RegionTwo`, as messages name a scope. */
export function scopeLabel({ provider, project, region, isRegional }: Scope): string {
  const label = `${provider}/${project.name}`;
  return isRegional === true && region !== undefined ? `${label} in ${region}` : label;
}

export function sameScope(a: Scope, b: Scope): boolean {
  return a.provider === b.provider && a.project.id === b.project.id && a.region === b.region;
}

/** What of a scope a message about a failure names. */
export function failedScope({ provider, project, region, isRegional }: Scope) {
  return { provider, project: project.name, ...(isRegional === true && region !== undefined && { region }) };
}

/** The place that a scope is, for keys: provider and region, whatever the project. */
export function regionKey({ provider, region }: Scope): string {
  return JSON.stringify([provider, region ?? '']);
}
