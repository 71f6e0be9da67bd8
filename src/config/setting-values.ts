import { isRecord } from './record.ts';
import type { Setting } from './setting-table.ts';

/** What a setting may be, for messages: `a whole number from 0 to 20`. */
export function allowed({ kind }: Setting): string {
  switch (kind.type) {
    case 'name':
      return 'a name without spaces, commas or slashes';
    case 'names':
      return 'a list of names';
    case 'accounts':
      return 'provider names with the names of clouds.yaml entries';
    case 'choice':
      return `one of ${kind.choices.join(', ')}`;
    case 'integer':
      return `a whole number from ${kind.min} to ${kind.max}`;
    case 'seconds':
      return `a number of seconds from ${kind.min} to ${kind.max}`;
  }
}

/** Whether a provider can be called so: names stand in lists and in `provider/project`. */
export function isName(value: unknown): value is string {
  return typeof value === 'string' && /^[^\s,/]+$/.test(value);
}

/** Whether a value from a settings file is what the setting wants. */
export function isAllowed({ kind }: Setting, value: unknown): boolean {
  switch (kind.type) {
    case 'name':
      return isName(value);
    case 'names':
      return Array.isArray(value) && value.every((each) => typeof each === 'string' && each !== '');
    case 'accounts':
      return isRecord(value) && Object.entries(value).every(([name, entry]) => isName(name) && isEntryName(entry));
    case 'choice':
      return typeof value === 'string' && kind.choices.includes(value);
    case 'integer':
      return Number.isInteger(value) && inRange(kind, value);
    case 'seconds':
      return Number.isFinite(value) && inRange(kind, value);
  }
}

function isEntryName(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function inRange({ min, max }: { min: number; max: number }, value: unknown): boolean {
  return Number(value) >= min && Number(value) <= max;
}

/** A value as typed, in the form in which the file has it; it is still to be checked. Lists have commas. */
export function fromText({ kind }: Setting, text: string): unknown {
  switch (kind.type) {
    case 'integer':
    case 'seconds':
      return /^\d+(\.\d+)?$/.test(text) ? Number(text) : text;
    case 'names':
      return namesIn(text);
    case 'accounts':
      return Object.fromEntries(text.split(',').map((pair) => pair.split('=', 2)));
    default:
      return text;
  }
}

/** A list with commas; as JSON, names can have commas in them, too. */
function namesIn(text: string): unknown {
  if (text.trimStart().startsWith('[')) {
    try {
      return JSON.parse(text);
    } catch {
      // A name may begin like that.
    }
  }
  return text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}
