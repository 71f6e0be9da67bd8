/** Small GETs of remembered resources with remembered tokens, 64 connections. */
import { inTurns } from '../commands/measure.mjs';
import { login, pageName } from './clouds.mjs';
import { openFed, openLibrary, openNginx } from './contenders.mjs';
import { load, targets } from './load.mjs';

const IDS = 500;

/** @returns what wrk asks for, all of it remembered by the proxy */
export async function remembered(proxy, clouds, pages = 1, token) {
  const secret = token ?? (await login(`${proxy.url}/identity/v3`, clouds.env)).secret;
  const scope = { 'X-Auth-Token': secret, 'X-Fed-Provider': 'sp-a', 'X-Fed-Project': clouds.projectAt('sp-a') };
  const requests = [];
  for (let page = 0; page < pages; page += 1) {
    const name = pageName(page);
    const response = await fetch(`${proxy.url}/compute/v2.1/servers/detail?name=${name}`, { headers: scope });
    const { servers } = await response.json();
    if (servers === undefined) throw new Error(`${proxy.url} answered ${response.status}`);
    requests.push(...servers.map(({ id }) => ({ path: `/compute/v2.1/servers/${id}`, token: secret })));
  }
  return requests;
}

/** @returns rows of the table */
export async function small(clouds, { rounds, seconds }) {
  const upstream = { name: 'direct', url: clouds.url('sp-a') };
  const fed = await openFed(clouds.env);
  const nginx = await openNginx(upstream.url);
  const library = await openLibrary(upstream.url);
  const file = targets((await remembered(fed, clouds)).slice(0, IDS));
  const turn = (contender) => () => load(contender, file, { seconds });
  // Compilers want to have seen it all.
  for (const each of [fed, library]) await load(each, file, { seconds: 8 });
  const figures = await inTurns(rounds, {
    direct: turn(upstream),
    nginx: turn(nginx),
    library: turn(library),
    fed: turn(fed),
  });
  for (const each of [fed, nginx, library]) await each.close();
  const said = ({ rate, p50, p99, cpu }) =>
    `${rate.toFixed(0)}/s, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, CPU ${cpu.toFixed(0)} µs`;
  return [
    [
      'proxy, small GETs, warm, 64 connections',
      `direct: ${figures.direct.rate.toFixed(0)}/s; nginx: ${said(figures.nginx)}; @fastify/http-proxy: ${said(figures.library)}`,
      `${said(figures.fed)}: × ${(figures.fed.rate / figures.library.rate).toFixed(2)} of the library, × ${(figures.fed.rate / figures.nginx.rate).toFixed(2)} of nginx, p99 = ${(figures.fed.p99 / figures.fed.p50).toFixed(1)} × p50`,
      'more than the library; × 0.33 of nginx; p99 ≤ 3 × p50',
    ],
  ];
}
