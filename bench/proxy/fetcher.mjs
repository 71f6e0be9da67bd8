/**
 * The bound of an aggregated page: fetch the pages that it is made of, at once, and JSON.parse them; nothing else. Does
 * so for each request that it gets. usage: node fetcher.mjs FILE; prints its address
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { Agent, request } from 'undici';

const asked = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const dispatcher = new Agent();

async function page({ url, token }) {
  const { body } = await request(url, { dispatcher, headers: { 'X-Auth-Token': token, Accept: 'application/json' } });
  return JSON.parse(await body.text());
}

createServer(async (_request, response) => {
  const all = await Promise.all(asked.map(page));
  response.end(`${all.length}\n`);
}).listen(0, '127.0.0.1', function () {
  process.stdout.write(`http://127.0.0.1:${this.address().port}\n`);
});
