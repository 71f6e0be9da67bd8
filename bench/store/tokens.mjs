/** What opening sealed tokens costs. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

function median(values) {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const script = `
const { localKey, openDiskTokens, tokenKey } = await import('./tokens.mjs');
const key = tokenKey(localKey({ directory: 'state', warn: console.error }).bytes, 'identity', Buffer.from('a password'));
const store = openDiskTokens({ directory: 'sealed', key, warn: console.error, clock: Date });
if (MODE === 'put') await store.put('home', { secret: 'x'.repeat(200), catalog: 'y'.repeat(8000) }, Date.now() + 3.6e6);
else await Promise.all([store.get('home'), store.get('sp-a')]);
`;

/** A fresh process that opens two tokens. */
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
  const modes = ['nothing', 'get'];
  const times = new Map(modes.map((mode) => [mode, []]));
  for (let round = 0; round < rounds; round += 1) for (const mode of modes) times.get(mode)?.push(run(mode));
  const [nothing, get] = modes.map((mode) => median(times.get(mode) ?? []));
  say('\n## Two tokens opened by a fresh process\n');
  say(
    `Over a process that loads node:crypto and does nothing (${nothing.toFixed(0)} ms): + ${(get - nothing).toFixed(1)} ms.`,
  );
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
