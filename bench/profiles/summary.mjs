/**
 * What a CPU profile of Node's (`node --cpu-prof`) says, as text: where the time went itself, by function and by file.
 *
 * usage: node bench/profiles/summary.mjs FILE.cpuprofile [LINES]
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

const [file, lines = '45'] = process.argv.slice(2);
const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(file, 'utf8'));
const byId = new Map(nodes.map((node) => [node.id, node.callFrame]));
const functions = new Map();
const files = new Map();
let busy = 0;
samples.forEach((id, at) => {
  const { functionName, url } = byId.get(id);
  if (functionName === '(idle)' || functionName === '(program)') return;
  const micros = timeDeltas[at];
  busy += micros;
  const place = url === '' ? '(V8)' : url.startsWith('node:') ? url : basename(url);
  add(functions, `${functionName || '(anonymous)'}  ${place}`, micros);
  add(files, place, micros);
});

function add(sums, name, micros) {
  sums.set(name, (sums.get(name) ?? 0) + micros);
}

function table(title, sums, count) {
  process.stdout.write(`\n${title}\n`);
  for (const [name, micros] of [...sums].sort((a, b) => b[1] - a[1]).slice(0, count)) {
    process.stdout.write(`${((100 * micros) / busy).toFixed(1).padStart(5)} %  ${name}\n`);
  }
}

process.stdout.write(
  `Busy: ${(busy / 1e6).toFixed(2)} s of ${(timeDeltas.reduce((a, b) => a + b, 0) / 1e6).toFixed(2)} s\n`,
);
table('By function, its own time', functions, Number(lines));
table('By file', files, 20);
