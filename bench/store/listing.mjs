/**
 * What a listing of 50,000 rows costs to remember, in pages: beside reading the same pages as JSON, which it has to do
 * in any case. Prints JSON. With `count` in place of the round, counts calls of node:fs and does not measure.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { entryOf } from './entries.mjs';

const [directory, pageSize, mode] = process.argv.slice(2);
const rows = 50_000;
let calls = 0;
if (mode === 'count') {
  for (const [name, value] of Object.entries(fs)) {
    if (typeof value !== 'function' || !name.endsWith('Sync')) continue;
    fs[name] = (...args) => {
      calls += 1;
      return value(...args);
    };
  }
  syncBuiltinESMExports();
}
/** Bundled into the folder in which this runs; a name that is no literal is not looked for in the repository. */
const bundle = './locations.mjs';
const { openDiskLocations } = await import(bundle);

const size = Number(pageSize);
const pages = Array.from({ length: rows / size }, (_, page) =>
  Array.from({ length: size }, (_row, index) => entryOf(page * size + index)),
);
/** A server as Nova lists it with details: 1.4 kB. */
const details = {
  links: [{ rel: 'self', href: 'http://127.0.0.2:8774/v2.1/servers/6f1f0000-0000-4000-8000-000000000000' }],
  addresses: {
    net: Array.from({ length: 6 }, () => ({
      version: 4,
      addr: '10.0.0.1',
      'OS-EXT-IPS:type': 'fixed',
      'OS-EXT-IPS-MAC:mac_addr': 'fa:16:3e:00:00:00',
    })),
  },
  flavor: { vcpus: 1, ram: 512, disk: 1, ephemeral: 0, swap: 0, original_name: 'm1.tiny', extra_specs: {} },
  metadata: { text: 'x'.repeat(300) },
  'OS-EXT-AZ:availability_zone': 'nova',
  created: '2025-01-01T00:00:00Z',
};
const texts = pages.map((page) =>
  Buffer.from(
    JSON.stringify({ servers: page.map(({ id }) => ({ id, name: 'server', status: 'ACTIVE', ...details })) }),
  ),
);

async function measured(work) {
  const before = process.cpuUsage();
  const start = performance.now();
  calls = 0;
  await work();
  const { user, system } = process.cpuUsage(before);
  return { cpu: (user + system) / 1000, wall: performance.now() - start, calls };
}

const warn = (message) => process.stderr.write(`${message}\n`);
const remember = async () => {
  const store = openDiskLocations({ directory, warn });
  for (const page of pages) await store.put(page);
};
const parse = () => texts.map((text) => JSON.parse(text.toString()).servers.length);
const result = { parse: await measured(parse), first: await measured(remember), again: await measured(remember) };
process.stdout.write(JSON.stringify(result));
