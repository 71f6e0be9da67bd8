/** bench/results.md: a section for each folder and Node, with what was printed when it ran last. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const file = join(import.meta.dirname, 'results.md');
const HEAD = `# Results

What \`npm run bench\` measured last; it writes this file. Medians of runs that take turns: compare the figures of a row with
each other, and not with those of another machine or of another hour. [docs/speed.md](../docs/speed.md) says what bounds
what, and which goals were not reached.
`;

/** Put down what a folder printed in the place of what it printed before. */
export function keepResult(title, text) {
  const before = existsSync(file) ? readFileSync(file, 'utf8').split(/^## /m).slice(1) : [];
  const sections = new Map(before.map((section) => [section.slice(0, section.indexOf('\n')), section]));
  const day = new Date().toISOString().slice(0, 10);
  // What a folder heads itself is below its section.
  const printed = text.trim().replaceAll(/^#{1,2} /gm, '### ');
  sections.set(title, `${title}\n\n${day}. ${printed}\n\n`);
  const all = [...sections]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, section]) => `## ${section.trim()}\n`);
  writeFileSync(file, [HEAD, ...all].join('\n'));
}
