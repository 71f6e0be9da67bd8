/** Profile the proxy under the load of the `small` case. usage: node bench/proxy/profile.mjs FOLDER; see ../profiles */
import { openClouds } from './clouds.mjs';
import { openFed } from './contenders.mjs';
import { load, targets } from './load.mjs';
import { remembered } from './small.mjs';

const folder = process.argv[2];
const clouds = await openClouds('--providers', '2');
const fed = await openFed(clouds.env, { nodeOptions: ['--cpu-prof', '--cpu-prof-dir', folder] });
const file = targets(await remembered(fed, clouds));
await load(fed, file, { seconds: 5 });
const { rate, cpu } = await load(fed, file, { seconds: 15 });
process.stdout.write(`${rate.toFixed(0)}/s, ${cpu.toFixed(0)} µs\n`);
await fed.close();
await clouds.close();
process.exit();
