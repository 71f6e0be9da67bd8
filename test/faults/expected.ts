/** What each front end makes of a fault: the rules that the matrix is checked by, and docs/faults.md is made of. */
import { exitCodes } from '../../src/cli/exit-codes.ts';
import type { FrontEnd } from './front-ends.ts';
import type { Row } from './rows.ts';

export const wheres = ['home', 'one', 'all'] as const;
export type Where = (typeof wheres)[number];

/** The clouds that are in trouble. */
export const troubled: Readonly<Record<Where, readonly string[]>> = {
  home: ['home'],
  one: ['sp-b'],
  all: ['home', 'sp-a', 'sp-b'],
};

const { done, refused, usage, partial, couldNotSay } = exitCodes;

/** An exit code, statuses or an error's code, with the clouds that are said to be missing. Undefined: not tried. */
export function expected(front: FrontEnd, row: Row, where: Where): string | undefined {
  if (front.name === 'exec' && where !== 'one') return undefined;
  if (row.door === 'writes' && !['delete', 'create', 'proxy'].includes(front.name)) return undefined;
  switch (front.name) {
    case 'exec':
      return `200 −${troubled[where].join()}`;
    case 'proxy':
      return throughProxy(row, where);
    case 'interceptor':
      return intercepted(row, where);
    default:
      return String(exitCode(front, row, where));
  }
}

function exitCode({ name }: FrontEnd, row: Row, where: Where): number {
  if (row.door === 'cloud' || row.door === 'Keystone') {
    // Without home there is no way anywhere.
    if (where === 'one') return name === 'list' ? partial : couldNotSay;
    const isAskedItself = name === 'list' || (name === 'create' && where === 'home');
    return isAskedItself ? couldNotSay : atTheDoor(row);
  }
  switch (name) {
    case 'list':
      if (where !== 'all' || row.hasItems === true) return partial;
      // What all of them refuse alike is their answer.
      return row.effect === 429 ? refused : couldNotSay;
    case 'curl':
    case 'create':
      return isWhole(row) ? done : couldNotSay;
    case 'delete':
      return row.door === 'writes' && isWhole(row) ? done : couldNotSay;
    default:
      return couldNotSay;
  }
}

/** Home's Keystone gave no token. */
function atTheDoor({ effect }: Row): number {
  if (effect === 'silent' || effect === 'broken') return couldNotSay;
  // A redirect says that the address is wrong.
  return effect === 301 ? usage : refused;
}

/** fed curl passes on whatever comes to its end. */
function isWhole({ effect }: Row): boolean {
  return effect === 'short' || typeof effect === 'number';
}

/** A listing, a reading, a deletion and a creation. */
function throughProxy(row: Row, where: Where): string {
  const lacks = where === 'all' ? '' : ` −${troubled[where].join()}`;
  switch (row.door) {
    case 'cloud':
      return where === 'all' ? '502 502 502 502' : `200 502 502 502${lacks}`;
    case 'Keystone':
      // The client is logged in, and what home has needs no assertion.
      if (where === 'home') return '200 200 202 202 −sp-a,sp-b';
      return where === 'one' ? `200 502 502 502${lacks}` : '200 502 502 502 −sp-a,sp-b';
    case 'writes':
      return `200 200 ${written(row, 'deletion')} ${written(row, 'creation')}`;
    case 'service': {
      // What all of them refuse alike is their answer.
      const looked = where === 'all' && row.effect === 429 ? 429 : 502;
      const listing = where === 'all' ? looked : 200;
      return `${listing} ${looked} ${looked} ${written(row, 'creation')}${lacks}`;
    }
  }
}

/** What a request that is sent once, to its owner, is answered with. */
function written({ effect, isLate, name }: Row, what: 'deletion' | 'creation'): number | string {
  if (typeof effect === 'number') return effect;
  if (effect === 'silent') return isLate === true ? 504 : 502;
  if (effect === 'short') return 202;
  // What is passed on may take its time as long as something comes.
  if (name === 'drip') return '202…';
  return what === 'deletion' ? 202 : 'cut';
}

function intercepted(row: Row, where: Where): string {
  if (row.door === 'cloud' || row.door === 'Keystone') {
    if (where === 'one') return 'FED_COULD_NOT_SAY';
    if (row.effect === 'silent' || row.effect === 'broken') return 'FED_TRANSPORT';
    return row.effect === 301 ? 'FED_CONFIG' : 'FED_RESPONSE';
  }
  if (where !== 'home') return 'FED_COULD_NOT_SAY';
  // The others do not have it, and home answers the program itself.
  if (typeof row.effect === 'number') return String(row.effect);
  return row.effect === 'short' ? '200' : 'its own';
}
