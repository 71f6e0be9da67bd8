/**
 * `node bench/locate/run.mjs [--quick]`: finding the owner of a volume among many providers that answer after 20 ms, as a
 * user who knows nothing yet, and as one whose tokens are fresh. Medians of runs that take turns.
 *
 * The bound of the first is the calls that need one another; it says nothing of how many clouds one process can talk to,
 * which the bound of the second does.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fed, openFederation } from '../commands/federation.mjs';
import { inTurns, once } from '../commands/measure.mjs';
import { heading, ms, row } from '../commands/report.mjs';

const quick = process.argv.includes('--quick');
const rounds = quick ? 3 : 7;
const LATENCY = 20;
/** Home token, assertion, present, federated token, projects, scoped token, probe: each needs the one before. */
const CHAIN = 7;

const volumeAt = (federation, provider) =>
  JSON.parse(federation.run('volume', 'list', '--provider', provider, '-f', 'json'))[0].id;

async function cold(federation, providers, names, goal) {
  const first = volumeAt(federation, names[2]);
  const last = volumeAt(federation, names.at(-1));
  const locate = (id) => () => {
    federation.forget();
    return once([fed, 'volume', 'show', id], federation.env);
  };
  await locate(first)();
  const figures = await inTurns(rounds, {
    empty: () => once(['-e', '0'], federation.env),
    first: locate(first),
    last: locate(last),
  });
  const bound = figures.empty.wall + CHAIN * LATENCY;
  for (const [which, { wall, cpu }] of [
    [`the second has it`, figures.first],
    ['the last has it', figures.last],
  ]) {
    row(
      `cold fed volume show, ${providers} providers, ${which}`,
      `empty process and ${CHAIN} calls in a row: ${ms(bound)}`,
      `${ms(wall)}, × ${(wall / bound).toFixed(2)}; CPU ${ms(cpu)}`,
      goal,
    );
  }
}

async function warm(federation, providers, names) {
  const id = volumeAt(federation, names.at(-1));
  const catalogs = JSON.parse(federation.run('catalog', 'list', '-f', 'json'));
  const urls = catalogs
    .filter(({ type, interface: kind }) => type === 'volumev3' && kind === 'public')
    .map(({ url }) => `${url}/volumes/${id}`);
  const file = join(federation.env.HOME, 'urls.json');
  writeFileSync(file, JSON.stringify(urls));
  const show = () => once([fed, 'volume', 'show', id], federation.env);
  const unknown = () => {
    federation.forget('locations');
    return show();
  };
  // Others like it were found there before.
  const likely = () => {
    federation.forget('locations');
    federation.run('volume', 'list', '--provider', names.at(-1));
    federation.run('cache', 'forget', id);
    return show();
  };
  federation.run('volume', 'list', '-f', 'value', '-c', 'ID');
  const figures = await inTurns(rounds, {
    loop: () => once([join(import.meta.dirname, 'probe-loop.mjs'), file], federation.env),
    unknown,
    likely,
  });
  for (const [how, { wall, cpu }, goal] of [
    ['', figures.unknown, '× 1.3'],
    [', and had another that is remembered', figures.likely, ''],
  ]) {
    row(
      `fed volume show with fresh tokens, ${providers} providers, the last has it${how}`,
      `${urls.length} requests in an undici loop: ${ms(figures.loop.wall)}, CPU ${ms(figures.loop.cpu)}`,
      `${ms(wall)}, × ${(wall / figures.loop.wall).toFixed(2)}; CPU ${ms(cpu)}`,
      goal,
    );
  }
}

heading(quick);
for (const [providers, goal] of [
  [3, ''],
  [10, '× 1.3'],
  [50, ''],
  [200, '× 2'],
]) {
  const federation = await openFederation('--providers', `${providers}`, '--latency', `${LATENCY}`);
  const names = JSON.parse(federation.run('provider', 'list', '-f', 'json')).map(({ name }) => name);
  await cold(federation, providers, names, goal);
  if (providers === 200) await warm(federation, providers, names);
  await federation.close();
}
