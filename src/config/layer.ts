import { ConfigError } from '../errors.ts';
import { isRecord } from './record.ts';

/** A value as it was written, and where: for messages. */
export interface Written {
  readonly value: string | readonly string[];
  /** `OS_USERNAME`, `--os-username`, `auth.username of research in /etc/openstack/clouds.yaml`. */
  readonly origin: string;
}

/** What one place (a file's entry, the variables, the options) says, by key. */
export type Layer = ReadonlyMap<string, Written>;

/** Older spellings that openstacksdk still takes. */
const renamed: Readonly<Record<string, string>> = {
  tenant_id: 'project_id',
  tenant_name: 'project_name',
  auth_plugin: 'auth_type',
  endpoint_type: 'interface',
  auth_token: 'token',
  user_name: 'username',
};

/** Keys that name the same thing in different ways: a place that has one of them replaces what others say of it. */
const alternatives: ReadonlyArray<readonly string[]> = [
  ['username', 'user_id'],
  ['user_domain_name', 'user_domain_id'],
  ['project_name', 'project_id'],
  ['project_domain_name', 'project_domain_id'],
  ['default_domain', 'default_domain_name', 'default_domain_id'],
  ['domain_name', 'domain_id'],
  ['application_credential_name', 'application_credential_id'],
  ['remote_project_name', 'remote_project_id'],
  ['remote_project_domain_name', 'remote_project_domain_id'],
];

/** @throws ConfigError for anything that does not say yes or no */
export function truth({ value, origin }: Written): boolean {
  const word = String(value).toLowerCase();
  if (['true', 'yes', 'on', '1'].includes(word)) return true;
  if (['false', 'no', 'off', '0'].includes(word)) return false;
  throw new ConfigError(`${origin} must be true or false.`);
}

function written(value: unknown): string | readonly string[] | undefined {
  if (Array.isArray(value)) {
    const texts = value.map(written).filter((each) => typeof each === 'string');
    return texts.length > 0 ? texts : undefined;
  }
  if (typeof value === 'string') return value === '' ? undefined : value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

interface Candidate extends Written {
  readonly key: string;
  /** The newer spelling counts more, and what is below `auth` more than what stands beside it. */
  readonly rank: number;
}

function candidates(raw: Readonly<Record<string, unknown>>, origin: (key: string) => string): Candidate[] {
  const below = isRecord(raw.auth) ? raw.auth : {};
  const pairs = [
    ...Object.entries(raw).map(([key, value]) => ({ path: key, key, value, rank: 0 })),
    ...Object.entries(below).map(([key, value]) => ({ path: `auth.${key}`, key, value, rank: 1 })),
  ];
  return pairs.flatMap(({ path, key: spelling, value, rank }) => {
    const text = written(value);
    if (text === undefined) return [];
    const plain = spelling.replaceAll('-', '_');
    const key = Object.hasOwn(renamed, plain) ? (renamed[plain] ?? plain) : plain;
    return [{ key, value: text, origin: origin(path), rank: rank + (key === plain ? 2 : 0) }];
  });
}

/**
 * What a clouds.yaml entry, or something that looks like one, says: flat, in the newest spelling, without what is
 * empty. `insecure` becomes its opposite, `verify`.
 */
export function layerOf(raw: Readonly<Record<string, unknown>>, origin: (key: string) => string): Layer {
  const layer = new Map<string, Written>();
  for (const { key, value, origin: from } of candidates(raw, origin).sort((a, b) => a.rank - b.rank)) {
    layer.set(key, { value, origin: from });
  }
  const insecure = layer.get('insecure');
  if (insecure !== undefined) {
    layer.delete('insecure');
    const { origin: from } = insecure;
    if (truth(insecure)) layer.set('verify', { value: 'false', origin: from });
    else if (!layer.has('verify')) layer.set('verify', { value: 'true', origin: from });
  }
  return layer;
}

/** What several places say together. */
export class Facts {
  readonly #merged = new Map<string, Written>();

  /** @param layers the weakest first */
  constructor(layers: readonly Layer[]) {
    for (const layer of layers) {
      for (const group of alternatives) {
        if (group.some((key) => layer.has(key))) for (const key of group) this.#merged.delete(key);
      }
      for (const [key, value] of layer) this.#merged.set(key, value);
    }
  }

  keys(): readonly string[] {
    return [...this.#merged.keys()];
  }

  get(key: string): Written | undefined {
    return this.#merged.get(key);
  }

  /** @throws ConfigError when a list was written */
  text(key: string): string | undefined {
    const found = this.#merged.get(key);
    if (found === undefined) return undefined;
    if (typeof found.value === 'string') return found.value;
    throw new ConfigError(`${found.origin} must be one value, not a list.`);
  }

  /** A list, or a text with commas. */
  list(key: string): readonly string[] {
    const value = this.#merged.get(key)?.value ?? [];
    const items = typeof value === 'string' ? value.split(',') : value;
    return items.map((item) => item.trim()).filter((item) => item !== '');
  }
}
