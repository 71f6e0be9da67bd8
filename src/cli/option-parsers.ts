/** How the values of options are read; commander adds which option it was. */
import { InvalidArgumentError } from 'commander';

export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It is a whole number.');
  return Number(text);
}

/** A number of rows; -1 for all, as `openstack` has it. */
export function rowLimit(text: string): number {
  return text === '-1' ? Number.POSITIVE_INFINITY : wholeNumber(text);
}

/** @returns milliseconds */
export function seconds(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('It is a number of seconds.');
  return value * 1000;
}

/** The same, and 0 for none. @returns milliseconds */
export function deadline(text: string): number {
  return Number(text) === 0 && text !== '' ? 0 : seconds(text);
}

/** Names, also several at once: `home,sp-a`. A comma with a space behind it is a part of the name. */
export function names(value: string, before: readonly string[] = []): string[] {
  return [...before, ...value.split(/,(?! )/).filter((name) => name !== '')];
}

export function repeated(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
