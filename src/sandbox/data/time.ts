/** Timestamps as the services write them. */

/** `2026-11-24T03:17:06Z` (Compute, Image, Network). */
export function seconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** `2026-11-24T03:17:06.000000` (Block Storage). */
export function microseconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}.000000`;
}

/** `2026-11-24T03:17:06.000000Z` (Identity). */
export function zulu(ms: number): string {
  return `${microseconds(ms)}Z`;
}
