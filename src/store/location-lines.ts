/**
 * The text in which locations are kept: one line for each thing that became known, the last line about a type and
 * id counts. It is pure ASCII, so that lines can be found, compared and copied as bytes:
 *
 *     fed locations 1
 *     ["6f1f…","volume",kT3x_a,"sp-a","0123…"]            a volume lives at sp-a in project 0123…
 *     ["6f1f…","volume",8sJq0b,"sp-a","0123…","north"]    the same in region north
 *     ["6f1f…","volume",Zy-41c,""]                        it is not known any more where
 *     ["6f1f…","volume","sp-a","0123…"]                   the first and the last as they were written before lines
 *     ["6f1f…","volume"]                                  had a check
 *
 * The six characters after the key are a check of everything else in the line. A fed that knows no checks reads the first
 * of these lines, and skips the next two.
 *
 * Everything but printable ASCII, and the characters `"` and `\`, is written as in JSON: \uXXXX. So a quote always ends a
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
const CHECK_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** Where a check ends, counted from the end of the key: after a comma and six digits. */
const CHECK_END = 7;
/** What follows the check where it is not known any more where something lives. */
const NOWHERE = ',""]';
/** What follows the key in a line without a check. */
const UNCHECKED_REST = /^(?:,"[^"]*","[^"]*")?\]$/;
const SEED = 0x811c9dc5;
const FACTOR = 0x01000193;

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
  const line = checkedLine(key, `,"${encode(provider)}","${encode(projectId)}${end}`);
  return line.length > MAX_LINE ? undefined : line;
}

/** The line that says that it is not known any more where a resource lives. */
export function forgottenLine(key: string): string {
  return checkedLine(key, NOWHERE);
}

/** Whether a sound line with this key is one that {@link forgottenLine} made, today or before lines had a check. */
export function isForgotten(key: string, line: string): boolean {
  const rest = line.slice(key.length);
  return rest === ']' || (!isUnchecked(rest, 0) && rest.slice(CHECK_END) === NOWHERE);
}

/** A sound line with this key, with its check if it had none. */
export function withCheck(key: string, line: string): string {
  return isUnchecked(line, key.length) ? checkedLine(key, line.slice(key.length)) : line;
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

/**
 * Where the key of a line ends that goes from `start` to `end` of a text, or -1 for a line that is not as it was written.
 * What was written before lines had a check is taken for that if it has the right number of fields.
 */
export function endOfSoundKey(text: string, start: number, end: number): number {
  const keyEnd = endOfKey(text, start, end);
  if (keyEnd < 0) return -1;
  if (isUnchecked(text, keyEnd)) return UNCHECKED_REST.test(text.slice(keyEnd, end)) ? keyEnd : -1;
  if (!text.startsWith(',', keyEnd)) return -1;
  const hash = absorb(absorb(SEED, text, start, keyEnd), text, keyEnd + CHECK_END, end);
  return hasCheck(text, keyEnd + 1, mixed(hash)) ? keyEnd : -1;
}

function isUnchecked(text: string, keyEnd: number): boolean {
  return text.startsWith(',"', keyEnd) || text.startsWith(']', keyEnd);
}

/** @param rest from the comma after the key on */
function checkedLine(key: string, rest: string): string {
  const hash = mixed(absorb(absorb(SEED, key, 0, key.length), rest, 0, rest.length));
  let check = '';
  for (let bits = 0; bits < 32; bits += 6) check += CHECK_DIGITS.charAt((hash >>> bits) & 63);
  return `${key},${check}${rest}`;
}

function hasCheck(text: string, start: number, hash: number): boolean {
  for (let bits = 0, at = start; bits < 32; bits += 6, at += 1) {
    if (text.charCodeAt(at) !== CHECK_DIGITS.charCodeAt((hash >>> bits) & 63)) return false;
  }
  return true;
}

/** A line read back; `location` is undefined where it says that the place is not known any more. */
export interface Remembered {
  readonly type: string;
  readonly id: string;
  readonly location: Location | undefined;
}

/** Read a line: `damaged` is one that is not as it was written; undefined, one that says more than this version knows. */
export function readLine(line: string): Remembered | 'damaged' | undefined {
  if (endOfSoundKey(line, 0, line.length) < 0) return 'damaged';
  const fields = line.split('"');
  const [, id = '', , type = '', , provider = '', , projectId = '', , region] = fields;
  try {
    if (fields.length === 5 || fields.length === 7) return { type: decode(type), id: decode(id), location: undefined };
    if (fields.length !== 9 && fields.length !== 11) return undefined;
    const decodedRegion = region === undefined ? undefined : decode(region);
    return {
      type: decode(type),
      id: decode(id),
      location: locationOf(decode(provider), decode(projectId), decodedRegion),
    };
  } catch {
    return undefined;
  }
}

/**
 * A number from 0 to 2^32 − 1 that depends on every character from `start` to `end`: FNV-1a with a final mixing, so
 * that its lowest bits are good as well. Two texts that differ in one character never have the same.
 *
 * @param factor an odd number; another one gives another function, and texts that collide in one do not in the other
 */
export function hashOf(text: string, start: number, end: number, factor = FACTOR): number {
  return mixed(absorb(SEED, text, start, end, factor));
}

function absorb(before: number, text: string, start: number, end: number, factor = FACTOR): number {
  let hash = before;
  for (let index = start; index < end; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), factor);
  return hash;
}

function mixed(hash: number): number {
  const more = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (more ^ (more >>> 13)) >>> 0;
}
