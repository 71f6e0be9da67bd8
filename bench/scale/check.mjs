/**
 * `node bench/scale/check.mjs [PROVIDERS…]`: the rules that the model counts with, beside what reached the clouds of
 * sandboxes with so many providers (default: 3, 10, 30), through real `fed` commands and `fed proxy` processes: work by
 * chance at each, and single cases at the largest. Ends with 1 when they are too far apart.
 */
import { spawnSync } from 'node:child_process';
import { checkCases } from './cases.mjs';
import { checkPlayed, tolerance } from './played.mjs';
import { openScene } from './scene.mjs';

const say = (line) => console.log(line);
const isShared = spawnSync('memcached', ['-V']).status === 0;

async function checkAt(providers, { withCases }) {
  const scene = await openScene(providers, { isShared });
  try {
    const wrong = withCases ? await checkCases(scene, { say, isShared }) : 0;
    if (!isShared) return wrong;
    const volumes = scene.volumesOf('alice', 'bob');
    return wrong + (await checkPlayed(scene, { volumes, seed: providers, say }));
  } finally {
    await scene.close();
  }
}

if (!isShared) say('There is no memcached here: what processes share is not checked.');
const given = process.argv.slice(2).map(Number);
const sizes = given.length > 0 ? given : [3, 10, 30];
let wrong = 0;
for (const providers of sizes) {
  wrong += await checkAt(providers, { withCases: providers === Math.max(...sizes) });
}
say(
  wrong === 0
    ? `As predicted: cases exactly, sums within ${tolerance.share * 100} % or ${tolerance.requests} requests.`
    : `${wrong} counts are not as predicted.`,
);
process.exit(wrong === 0 ? 0 : 1);
