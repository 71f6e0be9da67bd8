/** How help is laid out: tables of two columns, and lines that end at the terminal's edge. */
import type { Terminal } from './terminal.ts';

const NARROWEST = 40;
const WIDTH_WITHOUT_TERMINAL = 80;

/** How wide help may be. */
export function helpWidth({ stdout }: Terminal): number {
  return Math.max(stdout.columns ?? WIDTH_WITHOUT_TERMINAL, NARROWEST);
}

/** Lines of a term and what it means. */
export function table(rows: ReadonlyArray<readonly [term: string, meaning: string]>): string {
  const width = Math.max(...rows.map(([term]) => term.length));
  return rows.map(([term, meaning]) => `  ${term.padEnd(width)}  ${meaning}\n`).join('');
}

/** Break lines that are too long at spaces; what follows stands below the text that it continues. */
export function wrapped(text: string, width: number): string {
  return text
    .split('\n')
    .map((line) => (line.length <= width ? line : broken(line, width)))
    .join('\n');
}

function broken(line: string, width: number): string {
  const [column = ''] = /^ *\S+(?: \S+)* {2,}(?=\S)/.exec(line) ?? /^ */.exec(line) ?? [];
  const indent = column.length <= width / 2 ? column.length : 4;
  const lines: string[] = [];
  let current = line.slice(0, column.length);
  let isEmpty = true;
  for (const word of line.slice(column.length).split(' ')) {
    if (!isEmpty && current.length + 1 + word.length > width) {
      lines.push(current);
      current = ' '.repeat(indent);
      isEmpty = true;
    }
    current += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, current].join('\n');
}
