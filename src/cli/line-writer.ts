/** Lines for a log, written together: a write costs more than what makes a line. */
export interface LineWriter {
  add(line: string): void;
  /** Write what waits. */
  flush(): void;
}

/** So long does a line wait for others, in milliseconds: nobody who reads along sees it… */
const WITHIN_MS = 10;
/** …and so much, in characters. */
const AT_ONCE = 64 * 1024;

/** Write what is added within 10 milliseconds together. */
export function lineWriter(write: (text: string) => void): LineWriter {
  let waiting = '';
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    const text = waiting;
    waiting = '';
    if (text !== '') write(text);
  };
  return {
    add(line) {
      waiting += `${line}\n`;
      if (waiting.length >= AT_ONCE) flush();
      else timer ??= setTimeout(flush, WITHIN_MS);
    },
    flush,
  };
}
