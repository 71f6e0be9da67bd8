/** What opening sealed tokens costs. */
import { execFileSync } from 'node:child_process';
import { randomBytes, scryptSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

function median(values) {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** How long one derivation of a key takes a processor, by scrypt's N. */
export function scryptCosts(say) {
  say('\n## scrypt, r = 8, p = 1: processor time of one derivation\n\n| N | ms | memory |\n|---|---|---|');
  for (const power of [12, 13, 14, 15]) {
    const times = Array.from({ length: 9 }, () => {
      const before = process.cpuUsage();
      scryptSync('a password', randomBytes(16), 40, { N: 2 ** power, r: 8, p: 1, maxmem: 2 ** 28 });
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1000;
    });
    say(`| 2^${power} | ${median(times).toFixed(1)} | ${2 ** (power - 10)} MiB |`);
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
