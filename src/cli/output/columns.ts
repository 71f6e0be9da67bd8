import { UsageError } from '../../errors.ts';
import { valueAt } from '../../federation/pointer.ts';
import type { Column, ColumnKind } from '../../services/types.ts';
import { isRecord, type Row } from './row.ts';

/** A column of what is printed. */
export interface OutputColumn {
  readonly title: string;
  readonly kind: ColumnKind;
  /** How soon it is left out of a table that is too wide: the highest first, 0 and 1 never. */
  readonly rank: number;
  /** What stands in the column; undefined where the item has nothing like it. */
  value(row: Row): unknown;
  /** The API's own name for the field of an item, for JSON. */
  key(item: unknown): string;
  /** The whole field of that name, as the API gives it. */
  field(row: Row): unknown;
}

/** Names are the same whatever their case, and whether words are joined by spaces, `-`, `_` or, as APIs do, `:`. */
export function plainName(name: string): string {
  return name.trim().toLowerCase().replaceAll(/[ :-]/g, '_');
}

function topLevel(pointer: string): string {
  return (pointer.split('/')[1] ?? '').replaceAll('~1', '/').replaceAll('~0', '~');
}

function fieldOf(item: unknown, name: string): unknown {
  return isRecord(item) && Object.hasOwn(item, name) ? item[name] : undefined;
}

function registryColumn({ title, kind, pointer }: Column, rank: number): OutputColumn {
  const pointers = typeof pointer === 'string' ? [pointer] : pointer;
  const names = pointers.map(topLevel);
  const key = (item: unknown) => names.find((name) => fieldOf(item, name) !== undefined) ?? names[0] ?? '';
  return {
    title,
    kind,
    rank,
    value: (row) => valueAt(row.item, pointers),
    key,
    field: (row) => fieldOf(row.item, key(row.item)),
  };
}

function apiField(name: string): OutputColumn {
  const value = (row: Row) => fieldOf(row.item, name);
  return { title: name, kind: 'text', rank: 0, value, key: () => name, field: value };
}

function addedColumn(title: string, key: string, value: (row: Row) => string | undefined): OutputColumn {
  return { title, kind: 'text', rank: key === 'fed_project' ? 4 : 3, value, key: () => key, field: value };
}

/** What an item is stays longest, then how it is and where, then what else it has, and references are of least use. */
function rankOf({ kind, rank }: Column, at: number, isLong: boolean): number {
  if (rank !== undefined) return rank;
  if (at <= 1) return at;
  if (kind === 'status') return 2;
  return 10 + at + (isLong ? 100 : 0) + (kind === 'id' ? 200 : 0);
}

const REGION = 'fed_region';

function isRegion(column: OutputColumn): boolean {
  return column.key(undefined) === REGION;
}

/** A type's columns with those of `--long` in the places where `openstack` has them. */
function inLongOrder(columns: readonly Column[], longColumns: readonly Column[]): Column[] {
  const all = [...columns];
  for (const column of longColumns) {
    const before = all.findIndex(({ title }) => title === column.after);
    all.splice(before < 0 ? all.length : before + 1, 0, column);
  }
  return all;
}

/** What a list has to say about its columns. */
export interface ListedColumns {
  readonly columns: readonly Column[];
  /** What `--long` adds; `-c` and `--sort-column` know them anyway. */
  readonly longColumns?: readonly Column[] | undefined;
  readonly long?: boolean | undefined;
  /** Fields by `openstack`'s names for them, where these are not the API's. */
  readonly fieldNames?: Readonly<Record<string, string>> | undefined;
  /** Whether rows belong to a provider and a project, which are shown as the last two columns. Default: yes. */
  readonly scoped?: boolean | undefined;
}

/** The columns of a list that can be asked for, by `openstack`'s titles and by the API's own names of fields. */
export class KnownColumns {
  readonly #type: readonly OutputColumn[];
  readonly #added: readonly OutputColumn[];
  #default: readonly OutputColumn[];
  /** Fields of the API that are no column, by plain name, as far as rows have shown them. */
  readonly #fields = new Map<string, OutputColumn>();
  readonly #fieldNames: Readonly<Record<string, string>>;

  constructor({ columns, longColumns = [], long = false, scoped = true, fieldNames = {} }: ListedColumns) {
    this.#fieldNames = fieldNames;
    const all = inLongOrder(columns, longColumns);
    const shown = long ? all : all.filter((column) => columns.includes(column));
    const made = new Map(
      all.map((column, at) => {
        const rank = rankOf(column, at, !columns.includes(column));
        return [column, registryColumn(column, rank)] as const;
      }),
    );
    const isTaken = (name: string) => all.some(({ title }) => plainName(title) === name);
    this.#type = [...made.values()];
    this.#added = scoped
      ? [
          addedColumn('Provider', 'fed_provider', ({ provider }) => provider),
          addedColumn(isTaken('region') ? 'Provider Region' : 'Region', REGION, ({ region }) => region),
          // Where `openstack` has a column Project, with an id, that one keeps the name.
          addedColumn(isTaken('project') ? 'Project Name' : 'Project', 'fed_project', ({ project }) => project),
        ]
      : [];
    const own = shown.flatMap((column) => made.get(column) ?? []);
    this.#default = [...own, ...this.#added.filter((column) => !isRegion(column))];
  }

  /** Show the region without being asked for it: some provider has several. */
  showRegion(): void {
    const own = this.#default.filter((column) => !this.#added.includes(column));
    this.#default = [...own, ...this.#added];
  }

  get default(): readonly OutputColumn[] {
    return this.#default;
  }

  get titles(): string[] {
    return [...this.#type, ...this.#added].map(({ title }) => title);
  }

  /** Take note of the fields that an item has. */
  observe(item: unknown): void {
    if (!isRecord(item)) return;
    for (const name of Object.keys(item)) {
      const plain = plainName(name);
      if (!this.#fields.has(plain)) this.#fields.set(plain, apiField(name));
    }
  }

  /** The columns of a name; none while no item has shown such a field. */
  named(name: string): readonly OutputColumn[] {
    const plain = plainName(name);
    const all = [...this.#type, ...this.#added];
    const byTitle = all.filter(({ title }) => plainName(title) === plain);
    if (byTitle.length > 0) return byTitle;
    const byKey = all.filter((column) => plainName(column.key(undefined)) === plain);
    if (byKey.length > 0) return byKey;
    if (plain === 'fed_project_id' && this.#added.length > 0) {
      return [addedColumn('Project ID', 'fed_project_id', ({ projectId }) => projectId)];
    }
    const field = this.#fields.get(plain) ?? this.#fields.get(plainName(this.#fieldNames[plain] ?? ''));
    return field === undefined ? [] : [field];
  }

  /** Whether every one of these names is known by now. */
  knows(names: readonly string[]): boolean {
    return names.every((name) => this.named(name).length > 0);
  }

  /**
   * The columns of these names in the order that the list has them; all that are shown by default for no names.
   * A name that no row has shown is taken for a field of the API.
   */
  selected(names: readonly string[]): readonly OutputColumn[] {
    if (names.length === 0) return this.#default;
    const asked = names.flatMap((name) => (this.knows([name]) ? this.named(name) : [apiField(name)]));
    const ofType = this.#type.filter((column) => asked.includes(column));
    const added = this.#added.filter((column) => asked.includes(column));
    const known = new Set([...ofType, ...added]);
    const others = asked.filter((column, at) => !known.has(column) && asked.findIndex(sameTitle(column)) === at);
    return [...ofType, ...others, ...added];
  }

  /** For a name that nothing answers to. */
  unknown(names: readonly string[]): UsageError {
    const missing = names.filter((name) => this.named(name).length === 0);
    const fields = [...this.#fields.values()].map(({ title }) => title);
    return unknownColumns(missing, this.titles, fields);
  }
}

function sameTitle(column: OutputColumn): (other: OutputColumn) => boolean {
  return ({ title }) => title === column.title;
}

/** The error for `-c` with names that there are not. */
export function unknownColumns(
  missing: readonly string[],
  titles: readonly string[],
  fields: readonly string[],
): UsageError {
  const known = [
    ...(missing.some((name) => name.includes(',')) ? ['Each column has a -c of its own.'] : []),
    ...(titles.length > 0 ? [`Columns: ${titles.join(', ')}.`] : []),
    ...(fields.length > 0 ? [`Fields of the API: ${[...fields].sort().join(', ')}.`] : []),
  ];
  return new UsageError(`There is no column ${missing.map((name) => `"${name}"`).join(' or ')}.`, {
    hint: known.join(' '),
  });
}
