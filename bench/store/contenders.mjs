/**
 * The ways to remember locations that are compared. Each loads its code and gives a function that opens a directory;
 * what it gives has `find(id)`, `put(entry)`, `fill(entries)` and `close()`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Import what run.mjs has put into the folder in which this runs: a package, or a bundle. */
const prepared = (name) => import(name);
const warn = (message) => process.stderr.write(`${message}\n`);

async function shards() {
  const { openDiskLocations } = await prepared('./locations.mjs');
  return (directory) => {
    const store = openDiskLocations({ directory, warn });
    return {
      find: (id) => store.find(id),
      put: (entry) => store.put([entry]),
      fill: async (entries) => {
        for (let start = 0; start < entries.length; start += 5000) await store.put(entries.slice(start, start + 5000));
      },
      close: () => undefined,
    };
  };
}

async function lmdb() {
  const { open } = await prepared('lmdb');
  return (directory) => {
    const store = open({ path: directory });
    return {
      find: (id) => store.get(id),
      put: (entry) => store.put(entry.id, [entry]),
      fill: (entries) =>
        store.transaction(() => {
          for (const entry of entries) store.put(entry.id, [entry]);
        }),
      close: () => store.close(),
    };
  };
}

async function libsql() {
  const { default: Database } = await prepared('libsql');
  return (directory) => {
    mkdirSync(directory, { recursive: true });
    const store = new Database(join(directory, 'locations.db'));
    store.pragma('journal_mode = WAL');
    store.pragma('synchronous = NORMAL');
    store.exec(`CREATE TABLE IF NOT EXISTS locations
    (id TEXT, type TEXT, provider TEXT, project TEXT, PRIMARY KEY (id, type)) WITHOUT ROWID`);
    const insert = store.prepare('INSERT OR REPLACE INTO locations VALUES (?, ?, ?, ?)');
    const put = ({ id, type, location }) => insert.run(id, type, location.provider, location.projectId);
    return {
      find: (id) => store.prepare('SELECT * FROM locations WHERE id = ?').all(id),
      put,
      fill: (entries) => store.transaction(() => entries.forEach(put))(),
      close: () => store.close(),
    };
  };
}

async function conf() {
  const { default: Conf } = await prepared('conf');
  return (directory) => {
    const open = () => new Conf({ cwd: directory, projectName: 'bench', accessPropertiesByDotNotation: false });
    let store;
    const opened = () => {
      store ??= open();
      return store;
    };
    return {
      find: (id) => opened().get(id),
      put: (entry) => opened().set(entry.id, [entry]),
      fill: (entries) => {
        mkdirSync(directory, { recursive: true });
        const all = Object.fromEntries(entries.map((entry) => [entry.id, [entry]]));
        writeFileSync(join(directory, 'config.json'), JSON.stringify(all));
      },
      close: () => undefined,
    };
  };
}

export const contenders = { shards, lmdb, libsql, conf };
