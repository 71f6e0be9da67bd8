/** Writing down what was measured: a table in Markdown. */
import { cpus } from 'node:os';

export const say = (line = '') => process.stdout.write(`${line}\n`);
export const ms = (value) => `${value.toFixed(0)} ms`;
export const row = (...cells) => say(`| ${cells.join(' | ')} |`);

/** The machine, and the head of the table. */
export function heading(quick) {
  say(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}${quick ? ', quick' : ''}.`);
  say();
  row('case', 'bound, measured beside it', 'measured', 'to reach');
  row('---', '---', '---', '---');
}
