/**
 * The bound of a listing: fetch the same pages, all scopes at once, JSON.parse, nothing else.
 *
 * usage: node fetch-pages.mjs FILE LIMIT     FILE: [{ url, token }…]
 */
import { readFileSync } from 'node:fs';
import { Agent, get } from 'node:http';

const [file, limit] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true });
/** As fed asks, so that the servers look the same. */
const wanted = { Accept: 'application/json', 'OpenStack-API-Version': 'compute 2.47' };
const page = (url, token) =>
  new Promise((resolve, reject) => {
    get(url, { agent, headers: { ...wanted, 'X-Auth-Token': token } }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString())));
    }).on('error', reject);
  });

const walk = async ({ url, token }) => {
  for (let next = `${url}/servers/detail?limit=${limit}`; next !== undefined; ) {
    const body = await page(next, token);
    if (!printed) process.stdout.write('first\n');
    printed = true;
    next = body.servers_links?.find(({ rel }) => rel === 'next')?.href;
  }
};
let printed = false;
await Promise.all(JSON.parse(readFileSync(file, 'utf8')).map(walk));
process.exit();
