import { isCancelled } from '../federation/abort.ts';

/** What a call throws when its signal fired is the signal's reason, wherever in the work that was noticed. */
export async function cancellable<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  signal?.throwIfAborted();
  try {
    return await work();
  } catch (error) {
    throw reasonOf(signal, error);
  }
}

/** The same for what comes piece by piece. */
export async function* cancellableEach<T>(
  signal: AbortSignal | undefined,
  work: () => AsyncIterable<T>,
): AsyncGenerator<T, void> {
  signal?.throwIfAborted();
  try {
    yield* work();
  } catch (error) {
    throw reasonOf(signal, error);
  }
}

function reasonOf(signal: AbortSignal | undefined, error: unknown): unknown {
  return isCancelled(signal) ? signal?.reason : error;
}
