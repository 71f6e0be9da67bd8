/**
 * Profile the proxy under the load of a case. usage: node bench/proxy/profile.mjs FOLDER [small|pages]; see ../profiles
 */
import { openClouds } from './clouds.mjs';
import { openFed } from './contenders.mjs';
import { load, targets } from './load.mjs';
import { FIFTY_CLOUDS, pageOf } from './pages.mjs';
import { remembered } from './small.mjs';

const [folder, name = 'small'] = process.argv.slice(2);
const clouds = await openClouds('--providers', '2', ...(name === 'pages' ? FIFTY_CLOUDS : []));
const fed = await openFed(clouds.env, { nodeOptions: ['--cpu-prof', '--cpu-prof-dir', folder] });
if (name === 'pages') {
  const page = await pageOf(fed, clouds);
  for (let count = 0; count < 300; count += 1) await page();
} else {
  const file = targets(await remembered(fed, clouds));
  await load(fed, file, { seconds: 5 });
  const { rate, cpu } = await load(fed, file, { seconds: 15 });
  process.stdout.write(`${rate.toFixed(0)}/s, ${cpu.toFixed(0)} µs\n`);
}
await fed.close();
await clouds.close();
process.exit();
