/** Looking through pieces of the text that location-lines.ts describes. */
import { endOfSoundKey, isUnfinishedHeader, readHeader } from './location-lines.ts';

/** How every complete line ends. */
const END = '"]';
/** With more lookups than this it pays to go through all lines once. */
const FEW_LOOKUPS = 16;

/** All complete lines that begin with `start`, in order. */
export function linesStartingWith(content: Buffer, start: string): string[] {
  const found: string[] = [];
  const wanted = `\n${start}`;
  let at = content.indexOf(wanted, 0, 'latin1');
  while (at >= 0) {
    const end = content.indexOf('\n', at + 1, 'latin1');
    if (end < 0) break;
    const line = content.toString('latin1', at + 1, end);
    if (line.endsWith(END)) found.push(line);
    at = content.indexOf(wanted, end, 'latin1');
  }
  return found;
}

/** Enter into `last` the last complete line of each of `keys` (and perhaps of others) that is in a piece. */
export function addLastLines(piece: Buffer, keys: readonly string[], last: Map<string, string>): void {
  if (keys.length > FEW_LOOKUPS) {
    addAllLines(piece.toString('latin1'), last);
    return;
  }
  for (const key of keys) {
    const line = linesStartingWith(piece, key).at(-1);
    if (line !== undefined) last.set(key, line);
  }
}

/**
 * Enter into `last` the last sound line of each key, the keys that were written last at the end.
 *
 * @returns what {@link eachLine} returns
 */
export function addAllLines(text: string, last: Map<string, string>): number {
  return eachLine(text, (start, end, keyEnd) => {
    const key = text.slice(start, keyEnd);
    last.delete(key);
    last.set(key, text.slice(start, end));
  });
}

/**
 * Call `visit` with where each sound line begins and ends, and its key ends.
 *
 * @returns how many lines are none of ours, or not as they were written: there was damage. A line that was cut short does
 *   not count
 */
export function eachLine(text: string, visit: (start: number, end: number, keyEnd: number) => void): number {
  let damaged = 0;
  let start = 0;
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
    if (text.startsWith('["', start) && text.startsWith(END, end - END.length)) {
      const keyEnd = endOfSoundKey(text, start, end);
      if (keyEnd < 0) damaged += 1;
      else visit(start, end, keyEnd);
    } else if (end > start && !isExpected(text.slice(start, end))) damaged += 1;
    start = end + 1;
  }
  return damaged;
}

/** A line that was cut short, or a header: several writers that begin a file at once all write one. */
function isExpected(line: string): boolean {
  return line.startsWith('["') || line === '[' || isHeader(Buffer.from(`${line}\n`, 'latin1'));
}

function isHeader(line: Buffer): boolean {
  return readHeader(line) !== undefined || isUnfinishedHeader(line.subarray(0, -1));
}
