import type { Scope } from '../../federation/scope.ts';

/** A resource as its cloud's API gives it, and where it lives. */
export interface Row {
  /** The API's own object. */
  readonly item: unknown;
  /** The provider's name. */
  readonly provider?: string | undefined;
  /** The project's name at that provider. */
  readonly project?: string | undefined;
  readonly projectId?: string | undefined;
  /** As the provider's catalog names it. */
  readonly region?: string | undefined;
  /** Whether the provider has several. */
  readonly isRegional?: boolean | undefined;
  /** Rows that are collected before they are printed are printed by this number, then as they came. */
  readonly order?: number | undefined;
}

/** Where a row's resource lives. */
export function placeOf({ provider, project, region, isRegional }: Scope): Omit<Row, 'item' | 'order'> {
  return { provider, project: project.name, projectId: project.id, region, isRegional };
}

export type ListFormat = 'table' | 'json' | 'yaml' | 'csv' | 'value' | 'ndjson';
export type ShowFormat = 'table' | 'json' | 'yaml' | 'shell' | 'value' | 'ndjson';
/** Which fields of CSV are put in quotes, as cliff's `--quote` has it. */
export type Quote = 'all' | 'minimal' | 'none' | 'nonnumeric';

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What `fed` adds to the API's object in JSON, YAML and ndjson. Absent for what belongs to no provider. */
export function addedFields(row: Row): Record<string, unknown> {
  if (row.provider === undefined) return {};
  const place = { fed_provider: row.provider, fed_project: row.project ?? null, fed_project_id: row.projectId ?? null };
  return row.region === undefined ? place : { ...place, fed_region: row.region };
}

/** The API's object, whole and in its own order, with what `fed` adds behind it. */
export function wholeObject(row: Row): Record<string, unknown> {
  return { ...(isRecord(row.item) ? row.item : { value: row.item }), ...addedFields(row) };
}

/** `wholeObject` in JSON, without making it. */
export function wholeJson(row: Row): string {
  const { item } = row;
  const added = addedFields(row);
  if (!isRecord(item) || Object.keys(added).some((field) => Object.hasOwn(item, field))) {
    return JSON.stringify(wholeObject(row));
  }
  const [own, more] = [JSON.stringify(item), JSON.stringify(added)];
  if (more === '{}') return own;
  return own === '{}' ? more : `${own.slice(0, -1)},${more.slice(1)}`;
}
