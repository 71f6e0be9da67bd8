/**
 * `node bench/proxy/run.mjs [--quick] [CASE…]`: what the proxy costs, beside nginx, a Node library and the bare pages.
 *
 * The proxy under test runs on core 0; the clouds (nginx before a sandbox, see clouds.mjs) and the load share core 1.
 * fed writes its access log (to /dev/null) and counts its metrics, as it does by default; the others log nothing.
 */
import { cpus } from 'node:os';
import { openClouds } from './clouds.mjs';
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
  small: async () => {
    const clouds = await openClouds('--providers', '2');
    const rows = await small(clouds, quick ? { rounds: 3, seconds: 3 } : { rounds: 7, seconds: 8 });
    await clouds.close();
    return rows;
  },
};

say(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}${quick ? ', quick' : ''}.`);
say();
row('case', 'bound, measured beside it', 'measured', 'to reach');
row('---', '---', '---', '---');
for (const [name, measure] of Object.entries(cases)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  for (const cells of await measure()) row(...cells);
}
process.exit();
