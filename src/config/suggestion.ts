/** The number of single-character changes that make one word the other (Levenshtein). */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let line = 1; line <= one.length; line++) {
    const next = [line];
    for (let column = 1; column <= other.length; column++) {
      const [diagonal = 0, above = 0] = [row[column - 1], row[column]];
      const left = next[column - 1] ?? 0;
      next.push(Math.min(above + 1, left + 1, diagonal + (one[line - 1] === other[column - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}

/** ` Did you mean …?` with the known word nearest to a mistyped one, or nothing. */
export function didYouMean(word: string, known: Iterable<string>): string {
  const near = [...known]
    .map((each) => ({ each, far: distance(word.toLowerCase(), each.toLowerCase()) }))
    .filter(({ far }) => far <= (word.length < 6 ? 1 : 2))
    .sort((a, b) => a.far - b.far)[0];
  return near === undefined ? '' : ` Did you mean ${near.each}?`;
}
