/** Lines for a log, written together: a write costs more than what makes a line. */
export interface LineWriter {
  add(line: string): void;
  /** Write what waits. */
  flush(): void;
}

/** Write what was added in one turn of the event loop at its end. */
export function lineWriter(write: (text: string) => void): LineWriter {
  let waiting = '';
  const flush = () => {
    const text = waiting;
    waiting = '';
    if (text !== '') write(text);
  };
  return {
    add(line) {
      if (waiting === '') setImmediate(flush);
      waiting += `${line}\n`;
    },
    flush,
  };
}
