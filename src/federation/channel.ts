/**
 * Merge what several producers push into one stream, in the order of arrival. A producer that is ahead waits until
 * the reader has taken what it pushed: memory does not grow with the number of items.
 */
export async function* merged<T>(run: (push: (value: T) => Promise<void>) => Promise<void>): AsyncGenerator<T, void> {
  const queue: Array<{ value: T; taken: () => void }> = [];
  let wake: () => void = () => {};
  let outcome: { error?: unknown } | undefined;
  const push = (value: T) =>
    new Promise<void>((taken) => {
      queue.push({ value, taken });
      wake();
    });
  run(push).then(
    () => {
      outcome = {};
      wake();
    },
    (error: unknown) => {
      outcome = { error };
      wake();
    },
  );
  for (;;) {
    const next = queue.shift();
    if (next !== undefined) {
      next.taken();
      yield next.value;
    } else if (outcome !== undefined) {
      if ('error' in outcome) throw outcome.error;
      return;
    } else {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
}
