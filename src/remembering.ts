/** Texts that are remembered of each kind, before all are forgotten and it begins anew. */
const MOST = 1000;

/**
 * A function of a text, for few texts that come again and again with every request: what it made of one is given again.
 * Results that are undefined are not remembered, nor are errors.
 */
export function remembering<Made>(make: (text: string) => Made): (text: string) => Made {
  const known = new Map<string, Made>();
  return (text) => {
    const remembered = known.get(text);
    if (remembered !== undefined) return remembered;
    const made = make(text);
    if (known.size >= MOST) known.clear();
    if (made !== undefined) known.set(text, made);
    return made;
  };
}
