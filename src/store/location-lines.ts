/**
 * The text in which locations are kept: one line for each thing that became known, the last line about a type and
 * id counts. It is JSON in pure ASCII, so that lines can be found, compared and copied as bytes:
 *
 *     fed locations 1
 *     ["6f1f…","volume","sp-a","0123…"]     a volume lives at sp-a in project 0123…
 *     ["6f1f…","volume","sp-a","0123…","north"]     the same in region north; a fed that knows no regions skips it
 *     ["6f1f…","volume"]                    it is not known any more where
 *
 * Everything but printable ASCII, and the characters `"` and `\`, is written as \uXXXX. So a quote always ends a
 * field and a line break always ends a line, whatever a cloud calls its resources. Whoever appends begins with a
 * line break: a line that was cut short (kill -9, full disk) spoils no other.
 */
import type { Location } from '../ports/memory.ts';
import { locationOf } from './location-of.ts';

const VERSION = 1;
const HEADER = `fed locations ${VERSION}`;
const UNSAFE = /[^ !#-[\]-~]/;
const EACH_UNSAFE = new RegExp(UNSAFE, 'g');
/** No real resource comes near; what is longer is not remembered. */
const MAX_LINE = 4096;

/** The first line of a file. `settled`: how many bytes of it were needed when it was last rewritten. */
export function header(settled?: number): string {
  return settled === undefined ? `${HEADER}\n` : `${HEADER} ${settled}\n`;
}

/** What the first line of a file says, or undefined when it is not of this version. */
export function readHeader(content: Buffer): { settled: number } | undefined {
  const end = content.indexOf('\n');
  if (end < 0 || end > 64) return undefined;
  const line = content.toString('latin1', 0, end);
  if (line === HEADER) return { settled: 0 };
  const settled = line.startsWith(`${HEADER} `) ? Number(line.slice(HEADER.length + 1)) : Number.NaN;
  return Number.isSafeInteger(settled) ? { settled } : undefined;
}

/** Whether the beginning of a first line is all there is: its writer was cut short, or has not finished. */
export function isUnfinishedHeader(content: Buffer): boolean {
  return content.length <= HEADER.length && HEADER.startsWith(content.toString('latin1'));
}

function encode(text: string): string {
  if (!UNSAFE.test(text)) return text;
  return text.replace(EACH_UNSAFE, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function decode(text: string): string {
  return text.includes('\\') ? String(JSON.parse(`"${text}"`)) : text;
}

/** How every line about an id begins. */
export function startOfId(id: string): string {
  return `["${encode(id)}",`;
}

/** How every line about this resource begins: what makes two lines be about the same. */
export function keyOf(type: string, id: string): string {
  return `${startOfId(id)}"${encode(type)}"`;
}

/** The line that says where a resource lives, or undefined for one that is too long to be remembered. */
export function lineOf(key: string, { provider, projectId, region }: Location): string | undefined {
  const end = region === undefined ? '"]' : `","${encode(region)}"]`;
  const line = `${key},"${encode(provider)}","${encode(projectId)}${end}`;
  return line.length > MAX_LINE ? undefined : line;
}

/** The line that says that it is not known any more where a resource lives. */
export function forgottenLine(key: string): string {
  return `${key}]`;
}

/** Whether a line with this key is one that {@link forgottenLine} made. */
export function isForgotten(key: string, line: string): boolean {
  return line.length === key.length + 1;
}

/** Where the key of a line ends that goes from `start` to `end` of a text, or -1 for a line that is none of ours. */
export function endOfKey(text: string, start: number, end: number): number {
  const endOfId = text.indexOf('"', start + 2);
  if (!text.startsWith('","', endOfId)) return -1;
  const endOfType = text.indexOf('"', endOfId + 3);
  return endOfType < end ? endOfType + 1 : -1;
}

/**
 * Which of 256 parts a line belongs to, by its id alone. Takes a line, a key, or how lines about an id begin.
 *
 * A UUID ends in random digits, which saves hashing it.
 */
export function partOf(start: string): number {
  const end = start.indexOf('"', 2);
  if (end === 2 + 36 || end === 2 + 32) {
    const digits = Number.parseInt(start.slice(end - 2, end), 16);
    if (digits >= 0) return digits;
  }
  return hashOf(start, 2, end) % 256;
}

/** A line read back; `location` is undefined where it says that the place is not known any more. */
export interface Remembered {
  readonly type: string;
  readonly id: string;
  readonly location: Location | undefined;
}

/** Read a line, or undefined for one that is incomplete or none of ours. */
export function readLine(line: string): Remembered | undefined {
  const [open, id, , type, next, provider, , projectId, last, region, close] = line.split('"');
  if (open !== '[' || id === undefined || type === undefined) return undefined;
  try {
    if (next === ']') return { type: decode(type), id: decode(id), location: undefined };
    if (provider === undefined || projectId === undefined) return undefined;
    if (last !== ']' && (last !== ',' || region === undefined || close !== ']')) return undefined;
    const decodedRegion = last === ']' || region === undefined ? undefined : decode(region);
    const location = locationOf(decode(provider), decode(projectId), decodedRegion);
    return { type: decode(type), id: decode(id), location };
  } catch {
    return undefined;
  }
}

/**
 * A number from 0 to 2^32 − 1 that depends on every character from `start` to `end`: FNV-1a with a final mixing, so
 * that its lowest bits are good as well.
 *
 * @param factor an odd number; another one gives another function, and texts that collide in one do not in the other
 */
export function hashOf(text: string, start: number, end: number, factor = 0x01000193): number {
  let hash = 0x811c9dc5;
  for (let index = start; index < end; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), factor);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}
