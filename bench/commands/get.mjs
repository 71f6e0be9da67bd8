/** The bound of a warm command: one request with node:http. usage: node get.mjs URL TOKEN */
import { get } from 'node:http';

const [url, token] = process.argv.slice(2);
get(url, { headers: { 'X-Auth-Token': token, Accept: 'application/json' } }, (response) => {
  response.pipe(process.stdout);
});
