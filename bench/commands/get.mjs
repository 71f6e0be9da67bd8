/** The bound of a warm command: one request with node:http or node:https. usage: node get.mjs URL TOKEN */
import { readFileSync } from 'node:fs';

const [url, token] = process.argv.slice(2);
const { get } = await import(url.startsWith('https:') ? 'node:https' : 'node:http');
const ca = process.env.OS_CACERT === undefined ? {} : { ca: readFileSync(process.env.OS_CACERT) };
get(url, { ...ca, headers: { 'X-Auth-Token': token, Accept: 'application/json' } }, (response) => {
  response.pipe(process.stdout);
});
