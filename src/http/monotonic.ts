/**
 * Milliseconds from some moment in the past on, which never jump. As `performance.now()`, but nothing is loaded for it:
 * the first use of `performance` takes milliseconds, and every command makes a request.
 */
export function monotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}
