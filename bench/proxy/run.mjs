/**
 * `node bench/proxy/run.mjs [--quick] [CASE…]`: what the proxy costs, beside nginx, a Node library and the bare pages.
 *
 * The proxy under test runs on core 0; the clouds (nginx before a sandbox, see clouds.mjs) and the load share core 1.
 * fed writes its access log (to /dev/null) and counts its metrics, as it does by default; the others log nothing.
 */
import { cpus } from 'node:os';
import { bodies } from './bodies.mjs';
import { openClouds } from './clouds.mjs';
import { growth } from './growth.mjs';
import { FIFTY_CLOUDS, pages } from './pages.mjs';
import { missingPrograms } from './processes.mjs';
import { small } from './small.mjs';

const missing = missingPrograms();
if (missing.length > 0) {
  process.stderr.write(`Programs are missing. On Debian: apt-get install ${missing.join(' ')}\n`);
  process.exit(1);
}
const quick = process.argv.includes('--quick');
const wanted = process.argv.slice(2).filter((each) => !each.startsWith('--'));
const say = (line = '') => process.stdout.write(`${line}\n`);
const row = (...cells) => say(`| ${cells.join(' | ')} |`);

const cases = {
  small: { sandbox: [], run: small, full: { rounds: 7, seconds: 8 }, quick: { rounds: 3, seconds: 3 } },
  bodies: { sandbox: [], run: bodies, full: { rounds: 5, bytes: 2 ** 31 }, quick: { rounds: 3, bytes: 2 ** 30 } },
  pages: {
    sandbox: FIFTY_CLOUDS,
    run: pages,
    full: { rounds: 7, requests: 20 },
    quick: { rounds: 3, requests: 8 },
  },
  growth: {
    sandbox: [],
    run: growth,
    full: { rounds: 5, seconds: 8, locations: 1_000_000, users: 10_000 },
    quick: { rounds: 3, seconds: 3, locations: 100_000, users: 500 },
  },
};

say(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}${quick ? ', quick' : ''}.`);
say();
row('case', 'bound, measured beside it', 'measured', 'to reach');
row('---', '---', '---', '---');
for (const [name, { sandbox, run, ...sizes }] of Object.entries(cases)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const clouds = await openClouds('--providers', '2', ...sandbox);
  for (const cells of await run(clouds, quick ? sizes.quick : sizes.full)) row(...cells);
  await clouds.close();
}
process.exit();
