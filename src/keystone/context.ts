import type { Clock } from '../ports/clock.ts';
import type { Preconnect, Send } from '../ports/http.ts';

/** What the protocol needs from outside. */
export interface KeystoneContext {
  readonly send: Send;
  readonly preconnect?: Preconnect;
  readonly clock: Clock;
}
