/**
 * `node bench/strangers/run.mjs [--quick]`: two proxies of one sandbox; at one of them 1,000 clients without a token begin
 * requests and do not end them. A good client asks both in turns. To reach: at most twice the usual time, every answer
 * right, and less than 150 MB.
 */
import { Agent, request } from 'node:http';
import { openFederation } from '../commands/federation.mjs';
import { login } from '../proxy/clouds.mjs';
import { openFed } from '../proxy/contenders.mjs';
import { peakOf } from '../proxy/processes.mjs';
import { openStrangers } from './clients.mjs';

const STRANGERS = 1000;
const MOST_TIMES = 2;
const MOST_MB = 150;
const WARM = 300;
const quick = process.argv.includes('--quick');
const rounds = quick ? 500 : 3000;
/** Longer than what is unfinished may take: those who are closed have come back. */
const seconds = quick ? 10 : 75;

const federation = await openFederation('--providers', '2');
const options = { options: ['--max-requests', '20'] };
const proxies = { alone: await openFed(federation.env, options), visited: await openFed(federation.env, options) };
const goods = {};
for (const [name, proxy] of Object.entries(proxies)) goods[name] = await goodClient(proxy.url);
for (let n = 0; n < WARM; n += 1) for (const ask of Object.values(goods)) await ask();
const before = peakOf(proxies.visited.pid);
const strangers = openStrangers(proxies.visited.url, STRANGERS);
const times = { alone: [], visited: [] };
const began = performance.now();
for (let n = 0; n < rounds || performance.now() - began < seconds * 1000; n += 1) {
  for (const [name, ask] of Object.entries(goods)) times[name].push(await ask());
}
const logins = [await timed(() => goodClient(proxies.alone.url)), await timed(() => goodClient(proxies.visited.url))];
const peak = peakOf(proxies.visited.pid);
const figures = Object.fromEntries(Object.entries(times).map(([name, each]) => [name, summary(each)]));
const said = ({ p50, p95, p99 }) => `p50 ${p50.toFixed(2)} ms, p95 ${p95.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`;
const ratio = (what) => figures.visited[what] / figures.alone[what];
const lines = [
  `Node ${process.version}; ${strangers.connected()} strangers (${strangers.kinds.join(', ')}), who came ${strangers.opened()} times; ${times.visited.length} requests of a good client.`,
  '',
  '| case | bound, measured beside it | measured | to reach |',
  '| --- | --- | --- | --- |',
  `| a good client among strangers | without them: ${said(figures.alone)} | ${said(figures.visited)}: × ${ratio('p50').toFixed(2)}, × ${ratio('p95').toFixed(2)}, × ${ratio('p99').toFixed(2)}; a login ${logins[1].toFixed(0)} ms (${logins[0].toFixed(0)} ms) | p50 and p95 × ${MOST_TIMES} |`,
  `| memory of the proxy | ${before.toFixed(0)} MB before | ${peak.toFixed(0)} MB at most | ${MOST_MB} MB |`,
];
process.stdout.write(`${lines.join('\n')}\n`);
strangers.close();
await federation.close();
process.exit(ratio('p50') <= MOST_TIMES && ratio('p95') <= MOST_TIMES && peak < MOST_MB ? 0 : 1);

/** @returns asks for a remembered server once. @throws where that is not answered */
async function goodClient(url) {
  const { secret } = await login(`${url}/identity/v3`, federation.env);
  const headers = { 'X-Auth-Token': secret };
  const agent = new Agent({ keepAlive: true });
  const listed = await asked(`${url}/compute/v2.1/servers`, { headers, agent });
  const path = `${url}/compute/v2.1/servers/${JSON.parse(listed).servers[0].id}`;
  return () => timed(() => asked(path, { headers, agent }));
}

function asked(url, sending) {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, sending, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (piece) => {
        text += piece;
      });
      answer.on('end', () =>
        answer.statusCode === 200 ? resolve(text) : reject(new Error(`${answer.statusCode}: ${text}`)),
      );
    });
    outgoing.on('error', reject).end();
  });
}

async function timed(work) {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

function summary(each) {
  const sorted = [...each].sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}
