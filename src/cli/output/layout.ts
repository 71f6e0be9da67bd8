/** The two spaces and the line that each column of a table has around its text. */
export const AROUND = 3;

/** A column of ids: broken, they cannot be copied. */
export const WHOLE = 2;

/** Beyond this even they are broken: a name can be the id of something, and of any length. */
const LONGEST_WHOLE = 40;

export interface FitOptions {
  /** What each column would like to have. */
  readonly natural: readonly number[];
  /** How much it harms to break a column's text; the columns of the lowest numbers give first, those of `WHOLE` not. */
  readonly precious: readonly number[];
  /** Of the terminal. */
  readonly total: number;
  /** No column is made narrower than this: the table is wider than the terminal instead. */
  readonly minimum: number;
}

/** How wide the columns of a table are made so that it fits: the widest give first, precious and narrow ones do not. */
export function fitWidths({ natural, precious: given, total, minimum }: FitOptions): number[] {
  const precious = given.map((each, column) => (each === WHOLE && (natural[column] ?? 0) > LONGEST_WHOLE ? 1 : each));
  const room = total - 1 - AROUND * natural.length;
  if (sum(natural) <= room) return [...natural];
  let widths = [...natural];
  for (const level of [...new Set(precious)].filter((each) => each < WHOLE).sort((a, b) => a - b)) {
    const gives = precious.map((each) => each <= level);
    widths = shrink(natural, gives, room, minimum);
    if (sum(widths) <= room) break;
  }
  return widths;
}

/** Cut the shrinkable columns to one common width, the largest at which all fit; the last one gets what is over. */
function shrink(natural: readonly number[], can: readonly boolean[], room: number, minimum: number): number[] {
  const at = (limit: number) => natural.map((width, index) => (can[index] ? Math.min(width, limit) : width));
  let limit = Math.max(minimum, ...natural.filter((_, index) => can[index]));
  while (limit > minimum && sum(at(limit)) > room) limit -= 1;
  const widths = at(limit);
  const last = widths.findLastIndex((width, index) => can[index] && width < (natural[index] ?? 0));
  const over = room - sum(widths);
  if (last >= 0 && over > 0) widths[last] = Math.min((widths[last] ?? 0) + over, natural[last] ?? 0);
  return widths;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
