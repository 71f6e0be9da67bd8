/** A request that reached a cloud. */
export interface LogEntry {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** Absent as long as nothing was answered. */
  readonly status?: number;
  /** Whose token it came with, and for which project. */
  readonly user?: string;
  readonly project?: string;
}

/** The most that is remembered; the oldest are dropped. */
const LIMIT = 100_000;

/** The requests that reached one cloud, in the order in which they came. */
export class RequestLog {
  #entries: LogEntry[] = [];

  get entries(): readonly LogEntry[] {
    return this.#entries;
  }

  /** Gives a function that completes the entry when there is an answer. */
  begin(method: string, path: string): (rest: Omit<LogEntry, 'method' | 'path'>) => void {
    const entry: LogEntry = { method, path };
    this.#entries.push(entry);
    if (this.#entries.length > LIMIT) this.#entries.splice(0, LIMIT / 2);
    return (rest) => void Object.assign(entry, rest);
  }

  clear(): void {
    this.#entries = [];
  }
}
