import { createHash } from 'node:crypto';
import type { Project } from '../identity/directory.ts';
import type { Cloud } from '../model.ts';
import type { Stock } from '../stock/stock.ts';

/** What Swift keeps: names are told apart to the letter, and may look like anything. */

export interface StoredObject {
  readonly bytes: Buffer;
  readonly etag: string;
  readonly contentType: string;
  readonly modifiedAt: number;
  /** `X-Object-Meta-…`. */
  readonly metadata: Readonly<Record<string, string>>;
}

export interface Container {
  readonly objects: Map<string, StoredObject>;
  metadata: Readonly<Record<string, string>>;
}

/** The containers of a project by name. */
export type Account = Map<string, Container>;

const accounts = new WeakMap<Stock, Map<string, Account>>();

/** The account of a project in a region, with a container and two objects from the beginning. */
export function accountOf(cloud: Cloud, project: Project): Account {
  const ofStock = accounts.get(cloud.stock) ?? new Map<string, Account>();
  accounts.set(cloud.stock, ofStock);
  const known = ofStock.get(project.id);
  if (known !== undefined) return known;
  const name = `${project.title}${cloud.region.suffix}`;
  const objects = new Map(
    ['readme.txt', 'data/points.csv'].map((key) => [key, stored(Buffer.from(`${name} ${key}\n`))]),
  );
  const account: Account = new Map([[`files-${name}`, { objects, metadata: {} }]]);
  ofStock.set(project.id, account);
  return account;
}

export function stored(bytes: Buffer, more: Partial<StoredObject> = {}): StoredObject {
  const etag = createHash('md5').update(bytes).digest('hex');
  return { bytes, etag, contentType: 'text/plain', modifiedAt: Date.UTC(2026, 0, 5, 8), metadata: {}, ...more };
}
