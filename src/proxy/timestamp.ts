let spelledAt = 0;
let spelled = '';

/** Now, in ISO 8601, to the millisecond. It is spelled anew only when it has changed. */
export function timestamp(): string {
  const now = Date.now();
  if (now !== spelledAt) {
    spelledAt = now;
    spelled = new Date(now).toISOString();
  }
  return spelled;
}
