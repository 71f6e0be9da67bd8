import type { CancelSignal } from '../../ports/http.ts';

/** The same signal, for hundreds that listen: of an AbortSignal each of them would need one of its own, which costs. */
export function fanOut(signal: AbortSignal): CancelSignal {
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const listener of listeners) listener();
  };
  signal.addEventListener('abort', tell, { once: true });
  return {
    get aborted() {
      return signal.aborted;
    },
    get reason(): unknown {
      return signal.reason;
    },
    addEventListener: (_type, listener) => void listeners.add(listener),
    removeEventListener: (_type, listener) => void listeners.delete(listener),
  };
}
