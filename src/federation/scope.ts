import type { Project } from '../keystone/token.ts';

/** One project at one provider that the user can get a token for. Every call to a cloud happens in a scope. */
export interface Scope {
  /** The provider's name. */
  readonly provider: string;
  readonly project: Project;
}

/** `sp-a/research-one`, as messages name a scope. */
export function scopeLabel(scope: Scope): string {
  return `${scope.provider}/${scope.project.name}`;
}

export function sameScope(a: Scope, b: Scope): boolean {
  return a.provider === b.provider && a.project.id === b.project.id;
}
