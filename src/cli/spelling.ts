/** Words that are nearly the same. */

/** Longer words than this may have two slips. */
const SHORT = 7;

/** How far apart two words are, where one may well be a slip for the other; undefined for all others. */
export function slips(typed: string, known: string): number | undefined {
  const allowed = Math.min(typed.length, known.length) > SHORT ? 2 : 1;
  if (Math.abs(typed.length - known.length) > allowed) return undefined;
  const found = distance(typed.toLowerCase(), known);
  return found <= allowed ? found : undefined;
}

/** The known words that are nearest to this one, if any is near. */
export function nearest(typed: string, known: Iterable<string>): string[] {
  const near = [...new Set(known)].flatMap((word) => {
    const count = slips(typed, word);
    return count === undefined ? [] : [{ word, count }];
  });
  const least = Math.min(...near.map(({ count }) => count));
  return near.filter(({ count }) => count === least).map(({ word }) => word);
}

/** How many letters must be changed, added, dropped or swapped with the next to make one word the other. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const isSame = a[i - 1] === b[j - 1];
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const steps = [(row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (isSame ? 0 : 1)];
      if (isSwapped) steps.push((before[j - 2] ?? 0) + 1);
      next.push(Math.min(...steps));
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}
