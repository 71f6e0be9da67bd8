import { curlLine } from '../http/curl-line.ts';
import type { ExchangeEvent } from '../http/events.ts';
import { shownHeader, shownUrl } from '../http/redact.ts';
import { withoutSecrets } from '../secrets.ts';
import { visible } from './output/visible.ts';

/** What `-v` says of an event, secrets hidden; undefined for nothing. With `headers` also what was answered. */
export function describeExchange(event: ExchangeEvent, { headers }: { headers: boolean }): string | undefined {
  const mark = `[${event.id}]`;
  switch (event.type) {
    case 'request':
      return visible(`${mark} ${event.purpose.provider} ${event.purpose.step}: ${curlLine(event)}`);
    case 'response': {
      const head = `${mark} ${event.status} ${withoutSecrets(event.statusText)} after ${event.ms.toFixed(0)} ms`;
      const lines = headers
        ? event.headers.map(([name, value]) => `${mark} < ${name}: ${shownHeader(name, value)}`)
        : [];
      return [head, ...lines].map(visible).join('\n');
    }
    case 'retry':
      return visible(`${mark} again in ${event.delayMs.toFixed(0)} ms: ${event.why}`);
    case 'end':
      return event.error === undefined
        ? undefined
        : visible(`${mark} ${shownUrl(event.url)}: ${event.error.message} (after ${event.ms.toFixed(0)} ms)`);
  }
}
