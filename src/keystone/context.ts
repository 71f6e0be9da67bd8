import type { Clock } from '../ports/clock.ts';
import type { Send } from '../ports/http.ts';

/** What the protocol needs from outside. */
export interface KeystoneContext {
  readonly send: Send;
  readonly clock: Clock;
}
