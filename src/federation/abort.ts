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
    signal.addEventListener('abort', stop);
    work.then(
      (value) => {
        signal.removeEventListener('abort', stop);
        resolve(value);
      },
      (error: unknown) => {
        signal.removeEventListener('abort', stop);
        reject(error);
      },
    );
  });
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
