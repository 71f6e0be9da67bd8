/** What opening sealed tokens costs. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

function median(values) {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const derivation = `
import { scryptSync } from 'node:crypto';
const [N, p] = process.argv.slice(2).map(Number);
const derive = () => {
  const before = process.cpuUsage();
  scryptSync('a password', 'sixteen bytes...', 40, { N, r: 8, p, maxmem: 2 ** 28 });
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
};
const first = derive();
const more = Array.from({ length: 5 }, derive).sort((one, other) => one - other);
process.stdout.write(JSON.stringify([first, more[2]]));
`;

/** What one derivation of a key costs a processor: the first in a process, and later ones. */
export function scryptCosts(say, folder, env) {
  writeFileSync(join(folder, 'derivation.mjs'), derivation);
  say('\n## scrypt, r = 8: processor time of one derivation\n');
  say('| N | p | memory | first in a process, ms | later, ms |\n|---|---|---|---|---|');
  for (const [power, p] of [
    [9, 8],
    [10, 4],
    [11, 2],
    [12, 1],
    [13, 1],
    [14, 1],
    [15, 1],
  ]) {
    const args = ['derivation.mjs', String(2 ** power), String(p)];
    const runs = Array.from({ length: 7 }, () =>
      JSON.parse(execFileSync(process.execPath, args, { cwd: folder, env })),
    );
    const [first, later] = [0, 1].map((which) => median(runs.map((run) => run[which])).toFixed(1));
    say(`| 2^${power} | ${p} | ${2 ** power / 1024} MiB | ${first} | ${later} |`);
  }
}

const script = `
const { openDiskTokens } = await import('./tokens.mjs');
const credential = Buffer.from('a password');
const store = openDiskTokens({ directory: 'sealed', credential, credentialIsRandom: MODE === 'random', warn: console.error, clock: Date });
if (MODE === 'put') await store.put('home', { secret: 'x'.repeat(200), catalog: 'y'.repeat(8000) }, Date.now() + 3.6e6);
else await Promise.all([store.get('home'), store.get('sp-a')]);
`;

/** A fresh process that opens two tokens, with the slow derivation and with the quick one. */
export function tokenCosts(say, folder, env, rounds) {
  const run = (mode) => {
    const source = join(folder, `tokens-${mode}.mjs`);
    const body = mode === 'nothing' ? "await import('node:crypto');" : script.replaceAll('MODE', JSON.stringify(mode));
    writeFileSync(source, body);
    const start = performance.now();
    execFileSync(process.execPath, [source], { cwd: folder, env });
    return performance.now() - start;
  };
  run('put');
  const modes = ['nothing', 'get', 'random'];
  const times = new Map(modes.map((mode) => [mode, []]));
  for (let round = 0; round < rounds; round += 1) for (const mode of modes) times.get(mode)?.push(run(mode));
  const [nothing, get, random] = modes.map((mode) => median(times.get(mode) ?? []));
  say('\n## Two tokens opened by a fresh process\n');
  say(`Over a process that loads node:crypto and does nothing (${nothing.toFixed(0)} ms): `);
  say(`password (scrypt) + ${(get - nothing).toFixed(1)} ms, random credential + ${(random - nothing).toFixed(1)} ms.`);
  say('Nothing else runs meanwhile; in a command the derivation overlaps the loading of other modules.');
}

const readings = {
  nothing: "import 'node:fs'; import 'node:fs/promises';",
  sync: "import { readFileSync } from 'node:fs'; for (const name of process.argv.slice(2)) readFileSync(name);",
  promises:
    "import { readFile } from 'node:fs/promises'; await Promise.all(process.argv.slice(2).map((name) => readFile(name)));",
};

/** Three files of 8 kB, as a warm command reads them: one after the other, or all at once in other threads. */
export function readingCosts(say, folder, env, rounds) {
  const names = ['a', 'b', 'c'].map((name) => join(folder, `read-${name}`));
  for (const name of names) writeFileSync(name, Buffer.alloc(8192));
  const costs = new Map(Object.keys(readings).map((way) => [way, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const [way, source] of Object.entries(readings)) {
      const start = performance.now();
      execFileSync(process.execPath, ['--input-type=module', '-e', source, ...names], { env });
      if (round > 0) costs.get(way)?.push(performance.now() - start);
    }
  }
  const [nothing, sync, promises] = Object.keys(readings).map((way) => median(costs.get(way) ?? []));
  say('\n## Three small files read by a fresh process, over reading none\n');
  say(
    `node:fs, synchronously: + ${(sync - nothing).toFixed(1)} ms; node:fs/promises, at once: + ${(promises - nothing).toFixed(1)} ms.`,
  );
}
