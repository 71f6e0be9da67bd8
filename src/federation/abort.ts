import type { CancelSignal } from '../ports/http.ts';

/**
 * Wait for work that others may wait for, too (a token is fetched once for many): whoever is aborted stops waiting,
 * and the work goes on for the others.
 */
export function abortable<T>(work: Promise<T>, signal: CancelSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise<T>((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    const forget = whenAborted(signal, stop);
    void work.then(resolve, reject).finally(forget);
  });
}

/** What is to be called when a signal fires, and its one listener, which calls it. */
type Waiting = readonly [stops: Set<() => void>, fire: () => void];

const waitingFor = new WeakMap<CancelSignal, Waiting>();

/**
 * Call `stop` when a signal fires. However many wait for one, it has a single listener, as Node warns of more than ten; and
 * none when nobody waits, as a signal that has one is kept in memory.
 *
 * @returns what ends the waiting
 */
function whenAborted(signal: CancelSignal, stop: () => void): () => void {
  const [stops, fire] = waitingFor.get(signal) ?? beginWaiting(signal);
  stops.add(stop);
  return () => {
    stops.delete(stop);
    if (stops.size > 0) return;
    waitingFor.delete(signal);
    signal.removeEventListener('abort', fire);
  };
}

function beginWaiting(signal: CancelSignal): Waiting {
  const stops = new Set<() => void>();
  const fire = () => {
    for (const stop of stops) stop();
  };
  const waiting: Waiting = [stops, fire];
  waitingFor.set(signal, waiting);
  signal.addEventListener('abort', fire);
  return waiting;
}

/** A real AbortSignal that fires when this one does or any of the others, for as long as there is interest in it. */
export function anySignal(signal: CancelSignal | undefined, ...others: readonly AbortSignal[]): AbortSignal {
  if (signal === undefined) return AbortSignal.any([...others]);
  if (signal instanceof AbortSignal) return AbortSignal.any([signal, ...others]);
  const bridge = new AbortController();
  const stop = () => bridge.abort(signal.reason);
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop);
  return AbortSignal.any([bridge.signal, ...others]);
}

/** Whether an error is that of a deadline for the whole call (`AbortSignal.timeout`). */
export function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === 'TimeoutError';
}

/**
 * Whether nobody wants the answer any more. A deadline is another thing: what came until then counts, and whoever did
 * not answer by then could not be asked.
 */
export function isCancelled(signal: CancelSignal | undefined): boolean {
  return signal?.aborted === true && !isTimeout(signal.reason);
}
