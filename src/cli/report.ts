import { type FedError, isFedError } from '../errors.ts';
import { visible, visibleJson } from './output/visible.ts';
import { type Terminal, tinted } from './terminal.ts';

export type ErrorFormat = 'text' | 'json';

/** Print an error for people (one message and a hint) or for programs (one JSON line), on stderr. */
export function reportError(terminal: Terminal, error: unknown, format: ErrorFormat): void {
  if (format === 'json') terminal.stderr.write(`${visibleJson(JSON.stringify(asJson(error)))}\n`);
  else terminal.stderr.write(`${tinted(terminal.stderr, 'red', 'fed:')} ${asText(error)}`);
}

function asText(error: unknown): string {
  if (!isFedError(error)) {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return `this is a bug of fed, please report it:\n${what}\n`;
  }
  const message = named(error).split('\n').map(visible).join('\n');
  return `${message}\n${error.hint === undefined ? '' : `hint: ${visible(error.hint)}\n`}`;
}

/** What a request came to says what was asked, and not whom. */
function named(error: FedError): string {
  const provider = error.code === 'FED_TRANSPORT' && 'provider' in error ? String(error.provider) : 'all';
  const isSaid = provider === 'all' || error.message.includes(provider);
  return isSaid ? error.message : `${provider}: ${error.message}`;
}

function asJson(error: unknown): Record<string, unknown> {
  if (!isFedError(error)) return { error: { code: 'FED_INTERNAL', message: String(error) } };
  const { code, message, hint } = error;
  const fields = ['provider', 'step', 'status', 'reason', 'requestId', 'owners', 'absent', 'notLookedFor'] as const;
  const known = Object.fromEntries(
    fields
      .filter((field) => field in error)
      .map((field) => [field, (error as unknown as Record<string, unknown>)[field]]),
  );
  const unsaid = 'unsaid' in error ? { unsaid: withoutCauses(error.unsaid) } : {};
  return { error: { code, message, hint, ...known, ...unsaid } };
}

function withoutCauses(unsaid: unknown): unknown {
  if (!Array.isArray(unsaid)) return [];
  return unsaid.map(({ provider, project, region, reason }) => ({ provider, project, region, reason }));
}
