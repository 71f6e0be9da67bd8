import type { ExchangeEvent } from '../http/events.ts';
import type { GlobalOptions } from './global-options.ts';
import type { Terminal } from './terminal.ts';

type Observer = (event: ExchangeEvent) => void;

/**
 * Who is told of requests: the file of `--trace`, and the terminal with `-v` or `--debug`. Undefined for nobody.
 * @throws ConfigError when the trace file cannot be written
 */
export async function requestObserver(terminal: Terminal, globals: GlobalOptions): Promise<Observer | undefined> {
  const observers: Observer[] = [];
  if (globals.trace !== undefined) {
    const { openTrace } = await import('../http/trace.ts');
    const trace = openTrace(globals.trace, (message) => terminal.warn(message));
    observers.push((event) => trace.observe(event));
  }
  if (globals.verbose) {
    const { describeExchange } = await import('./describe-exchange.ts');
    observers.push((event) => {
      const text = describeExchange(event, { headers: globals.debug });
      if (text !== undefined) terminal.stderr.write(`${text}\n`);
    });
  }
  if (observers.length === 0) return undefined;
  return (event) => {
    for (const observer of observers) observer(event);
  };
}
