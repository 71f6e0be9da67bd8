/** How many columns of a terminal a text takes, and how to break it. */
export interface Measure {
  /** Of one line. */
  width(line: string): number;
  /** A line in lines no wider than `width` (at least 2): at spaces, behind hyphens and `=`, else between characters. */
  wrap(line: string, width: number): string[];
}

const ascii = /^[\x20-\x7e\n]*$/;

/** Whether each character of a text takes one column, on each of its lines. */
export function isAscii(text: string): boolean {
  return ascii.test(text);
}

/** Chunks that stay together if they can: spaces, and parts of words up to and with a hyphen or `=`. */
const chunks = / +|[^ =-]+[=-]*|[=-]+/g;

/**
 * The measure for these texts. The table of wide and combining characters is loaded only if one of them has others
 * than ASCII.
 */
export async function measureOf(texts: Iterable<string>): Promise<Measure> {
  for (const text of texts) {
    if (!isAscii(text)) return createMeasure((await import('string-width')).default);
  }
  return createMeasure((line) => line.length);
}

function createMeasure(measured: (line: string) => number): Measure {
  const width = (line: string) => (isAscii(line) ? line.length : measured(line));
  // Made when first needed: it loads tables that take as long as a request.
  let segmenter: Intl.Segmenter | undefined;

  /** The longest beginning of a text that fits, at least one character of it. */
  function head(text: string, room: number): string {
    if (isAscii(text)) return text.slice(0, Math.max(1, room));
    segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
    let end = 0;
    let used = 0;
    for (const { segment } of segmenter.segment(text)) {
      used += width(segment);
      if (used > room && end > 0) break;
      end += segment.length;
    }
    return text.slice(0, end);
  }

  function wrap(line: string, limit: number): string[] {
    if (width(line) <= limit) return [line];
    const lines: string[] = [];
    let current = '';
    let used = 0;
    const end = () => {
      lines.push(current.trimEnd());
      current = '';
      used = 0;
    };
    for (const chunk of line.match(chunks) ?? []) {
      let rest = chunk;
      let needs = width(rest);
      if (used + needs > limit && used > 0 && (needs <= limit || limit - used < 2)) end();
      if (rest.startsWith(' ') && used === 0 && lines.length > 0) continue;
      while (used + needs > limit) {
        const part = head(rest, limit - used);
        current += part;
        rest = rest.slice(part.length);
        needs = width(rest);
        end();
      }
      current += rest;
      used += needs;
    }
    if (current.trim() !== '' || lines.length === 0) end();
    return lines;
  }

  return { width, wrap };
}
