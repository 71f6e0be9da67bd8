import type { Reply } from '../http/reply.ts';
import { fault } from './answers.ts';

/** A service's range of microversions. */
export interface Range {
  readonly major: number;
  readonly least: number;
  readonly most: number;
}

export type Chosen =
  /** Undefined: the request names none for this service. */
  | { readonly minor: number | undefined; readonly named: boolean }
  | {
      readonly refused: Reply /** Refused, but well formed: the answer's headers repeat it. */;
      readonly echo?: string;
    };

/**
 * The microversion that a header asks for: `compute 2.90, volume 3.1`.
 *
 * @param names what the service is called there
 */
export function chosenVersion(line: string | undefined, names: readonly string[], range: Range): Chosen {
  const entry = line
    ?.split(',')
    .map((part) => part.trim().split(/\s+/))
    .find(([name]) => names.includes((name ?? '').toLowerCase()));
  if (entry === undefined) return { minor: undefined, named: false };
  return parsed(entry[1] ?? '', range);
}

/** One version, for example `2.90` or `latest`. */
export function parsed(version: string, range: Range): Chosen {
  if (version === 'latest') return { minor: range.most, named: true };
  const [, major, minor] = /^(\d+)\.(\d+)$/.exec(version) ?? [];
  if (major === undefined) {
    const message = `API Version String ${version} is of invalid format. Must be of format MajorNum.MinorNum.`;
    return { refused: fault(400, message) };
  }
  const wanted = Number(minor);
  if (Number(major) === range.major && wanted >= range.least && wanted <= range.most)
    return { minor: wanted, named: true };
  const { major: own, least, most } = range;
  const message = `Version ${version} is not supported by the API. Minimum is ${own}.${least} and maximum is ${own}.${most}.`;
  return { refused: fault(406, message), echo: version };
}
