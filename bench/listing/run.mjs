/**
 * `node bench/listing/run.mjs [--quick] [SERVERS…]`: what a listing over 50 providers costs, beside fetching and parsing the
 * same pages. SERVERS: how many each of them has; by default 1000, and then 10 × as many, with which memory must not grow.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fed, openFederation } from '../commands/federation.mjs';
import { inTurns, once } from '../commands/measure.mjs';
import { heading, ms, row } from '../commands/report.mjs';

const PROVIDERS = 50;
/** A table of more rows than this is no case: people do not read it, and it holds all of them. */
const MOST_IN_TABLE = 1000;
const PAGE_SIZES = [1000, 100];

const quick = process.argv.includes('--quick');
const given = process.argv.slice(2).map(Number).filter(Number.isInteger);
const here = import.meta.dirname;

/** Where each scope's servers are listed, and with which token. */
function scopesOf(federation) {
  const scopes = JSON.parse(federation.run('project', 'list', '-f', 'json'));
  return scopes.flatMap((scope) => {
    const where = ['--provider', scope.provider, '--project', scope.id];
    const catalog = JSON.parse(federation.run('catalog', 'list', ...where, '-f', 'json'));
    const compute = catalog.find(({ type, interface: kind }) => type === 'compute' && kind === 'public');
    if (compute === undefined) return [];
    const token = federation.run('token', 'issue', ...where, '-f', 'value', '-c', 'id').trim();
    return [{ url: compute.url, token }];
  });
}

async function listing(servers) {
  const size = ['--servers', `${servers}`, '--page-size', `${Math.max(...PAGE_SIZES)}`];
  const federation = await openFederation('--providers', `${PROVIDERS - 1}`, ...size);
  const list = (format, size) => [fed, 'list', 'servers', '-f', format, '--page-size', `${size}`];
  const scopes = scopesOf(federation);
  const file = join(federation.env.HOME, 'scopes.json');
  writeFileSync(file, JSON.stringify(scopes));
  for (const size of PAGE_SIZES) {
    const fetching = [join(here, 'fetch-pages.mjs'), file, `${size}`];
    // The sandbox makes its pages when they are first asked for; fed has learnt the locations afterwards.
    await once(list('ndjson', size), federation.env);
    const { fetched, ndjson, table } = await inTurns(quick ? 1 : 3, {
      fetched: () => once(fetching, federation.env),
      ndjson: () => once(list('ndjson', size), federation.env),
      ...(servers <= MOST_IN_TABLE && { table: () => once(list('table', size), federation.env) }),
    });
    row(
      `fed list servers -f ndjson, ${scopes.length} scopes × ${servers}, pages of ${size}`,
      `fetching and parsing the pages: CPU ${ms(fetched.cpu)}, first page ${ms(fetched.first)}, ${fetched.megabytes.toFixed(0)} MB`,
      `CPU × ${(ndjson.cpu / fetched.cpu).toFixed(2)}, first row × ${(ndjson.first / fetched.first).toFixed(2)}, ${ndjson.megabytes.toFixed(0)} MB`,
      'CPU × 1.5, first row × 1.2, 150 MB at any size',
    );
    if (table === undefined) continue;
    row(
      'the same as a table',
      `ndjson: ${ms(ndjson.wall)}`,
      `× ${(table.wall / ndjson.wall).toFixed(2)}, ${table.megabytes.toFixed(0)} MB`,
      '× 2',
    );
  }
  federation.close();
}

heading(quick);
for (const servers of given.length > 0 ? given : [1000, 10_000]) await listing(servers);
