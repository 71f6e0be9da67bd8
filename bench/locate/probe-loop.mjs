/** The bound of a probe: a GET to each of these URLs at once, with undici, and nothing else. usage: probe-loop.mjs FILE */
import { readFileSync } from 'node:fs';
import { Agent, request } from 'undici';

const urls = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const dispatcher = new Agent();
await Promise.all(
  urls.map(async (url) => {
    const { body } = await request(url, {
      dispatcher,
      headers: { 'X-Auth-Token': 'none', Accept: 'application/json' },
    });
    await body.json();
  }),
);
process.stdout.write('done\n');
process.exit();
