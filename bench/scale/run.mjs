/**
 * `node bench/scale/run.mjs`: what 10^6 users of 1,000 providers ask of whom, and what breaks first; docs/scale.md
 * explains it. The same every time, as chance comes from a seed.
 *
 * `--parameters` prints what it is fed with; `NAME=VALUE` changes one of them; `--seed N` is another chance.
 */
import { parseArgs } from 'node:util';
import {
  hoursToHeap,
  limits,
  memoryBytes,
  providersOfHeap,
  proxyBytes,
  proxyCores,
  ranked,
  strangersSeconds,
} from './limits.mjs';
import { keystoneSteps, serviceSteps, simulate } from './model.mjs';
import { parameters, values, ways } from './parameters.mjs';

/** Two digits that count; the third is noise of the sample. */
function shown(value) {
  if (value === 0) return '0';
  if (!Number.isFinite(value)) return '–';
  const rounded = Number(value.toPrecision(2));
  return rounded >= 1000 ? rounded.toLocaleString('en') : `${rounded}`;
}

function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  console.log([line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n'));
  console.log('');
}

function printParameters() {
  const shownValue = (value) => (Array.isArray(value) ? value.join(' : ') : value.toLocaleString('en'));
  const rows = Object.entries(parameters).map(([name, { value, from, what }]) => [
    `\`${name}\``,
    shownValue(value),
    from,
    what,
  ]);
  table(['parameter', 'value', 'from', ''], rows);
}

function given(argv) {
  const { values: options, positionals } = parseArgs({
    args: argv,
    options: { seed: { type: 'string', default: '1' }, parameters: { type: 'boolean' } },
    allowPositionals: true,
  });
  const changed = positionals.map((text) => {
    const [name, value] = text.split('=');
    if (typeof values[name] === 'number' && Number.isFinite(Number(value))) return [name, Number(value)];
    throw new Error(`${text}: NAME=NUMBER is wanted, with a name of parameters.mjs.`);
  });
  return { seed: Number(options.seed), changed: Object.fromEntries(changed), isParameters: options.parameters };
}

function main(argv) {
  const { changed, seed, isParameters } = given(argv);
  if (isParameters) return printParameters();
  const runs = ways.map((way) => {
    const p = { ...values, ...way, ...changed };
    return { name: way.name, p, result: simulate(p, { seed }) };
  });
  const names = runs.map(({ name }) => name);
  const rowsOf = (steps, askedOf) => steps.map((step) => [step, ...runs.map((run) => shown(askedOf(run)[step]))]);
  const sumRow = (name, steps, askedOf) => [
    name,
    ...runs.map((run) => shown(steps.reduce((sum, step) => sum + askedOf(run)[step], 0))),
  ];
  const keystone = (askedOf) => {
    const steps = keystoneSteps.filter((step) => runs.some((run) => askedOf(run)[step] > 0));
    return [...rowsOf(steps, askedOf), sumRow('all', steps, askedOf)];
  };
  const { users, providers } = runs[0].p;
  console.log(`${users.toLocaleString('en')} users, ${providers.toLocaleString('en')} providers, the busiest hour.\n`);
  console.log("Requests a second on home's Keystone:\n");
  table(
    ['', ...names],
    keystone(({ result }) => result.home),
  );
  console.log('On the Keystone of the median provider:\n');
  table(
    ['', ...names],
    keystone(({ result, p }) => ranked(result, p).median),
  );
  console.log('On that of the busiest provider:\n');
  table(
    ['', ...names],
    keystone(({ result, p }) => ranked(result, p).busiest),
  );
  console.log("Requests a second on services: home's, all providers', the busiest provider's:\n");
  const everywhere = ({ result }) => {
    const sums = result.providers.map((each) => Object.entries(each));
    return Object.fromEntries(sums[0].map(([step], at) => [step, sums.reduce((sum, each) => sum + each[at][1], 0)]));
  };
  table(
    ['', ...names],
    [
      ...rowsOf(serviceSteps, ({ result }) => result.home).map(([step, ...cells]) => [`home: ${step}`, ...cells]),
      ...rowsOf(serviceSteps, everywhere).map(([step, ...cells]) => [`providers: ${step}`, ...cells]),
      ...rowsOf(serviceSteps, ({ result, p }) => ranked(result, p).busiest).map(([step, ...cells]) => [
        `busiest: ${step}`,
        ...cells,
      ]),
    ],
  );
  console.log('Proxies and shared memory:\n');
  const figure = (name, of) => [name, ...runs.map((run) => shown(of(run)))];
  table(
    ['', ...names],
    [
      figure('requests of clients a second', ({ result }) => result.proxies.requests + result.proxies.logins),
      figure('cores, each a process that does nothing else', ({ result, p }) => proxyCores(result.proxies, p)),
      figure('MB/s received; about as much is sent', ({ result, p }) => proxyBytes(result.proxies, p) / 1e6),
      figure('token values in the shared memory', ({ result }) => result.alive),
      figure('locations in it', ({ p }) => p.users * p.proxyShare * p.locations),
      figure('GB of it', ({ result, p }) => memoryBytes(result, p) / 1e9),
      figure('seconds to ask all strangers of a user', ({ p }) => strangersSeconds(p)),
    ],
  );
  console.log('What breaks first: users at which an end is reached, and what uses most of it there:\n');
  const ends = limits(runs[0].result, runs[0].p).map(({ name }) => name);
  const reached = runs.map(({ result, p }) => new Map(limits(result, p).map((limit) => [limit.name, limit])));
  table(
    ['', 'there is', ...names],
    ends.map((end) => {
      const { there, unit } = reached[0].get(end);
      const cells = reached.map((of) => {
        const { users: at, mostly } = of.get(end);
        return mostly === undefined ? shown(at) : `${shown(at)} (${mostly})`;
      });
      return [end, `${shown(there)} ${unit}`, ...cells];
    }),
  );
  const [{ p, result }] = runs;
  console.log(
    `A proxy process fills its heap with ${shown(p.tokensOfProcess)} tokens from ${shown(providersOfHeap(p))} providers on,`,
  );
  console.log(`whatever the users; at these rates it knows so many after ${shown(hoursToHeap(result, p))} hours.`);
}

main(process.argv.slice(2));
