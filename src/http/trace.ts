import { closeSync, openSync, writeSync } from 'node:fs';
import { UsageError } from '../errors.ts';
import type { EndEvent, ExchangeEvent } from './events.ts';
import { shownUrl } from './redact.ts';

export interface Trace {
  readonly observe: (event: ExchangeEvent) => void;
  close(): void;
}

/**
 * Append one line of JSON to a file for each attempt of each request, when it is over: `time`, `method`, `url`,
 * `provider`, `project`, `step`, `attempt`, `status` (null without an answer), `ms`, `bytes` (of the answer's body),
 * `sent` (of the request's), and where there is one `error` and `request_id`. Each line is one write at the end of
 * the file, so those of several processes stay apart and none is lost when this one ends.
 *
 * @param warn told once when a line cannot be written
 * @throws UsageError when the file cannot be opened
 */
export function openTrace(file: string, warn: (message: string) => void): Trace {
  const descriptor = open(file);
  let broken = false;
  return {
    observe(event) {
      if (event.type !== 'end' || broken) return;
      try {
        writeSync(descriptor, `${JSON.stringify(lineOf(event))}\n`);
      } catch (error) {
        broken = true;
        warn(`The trace file ${file} is not complete${codeOf(error)}.`);
      }
    },
    close: () => closeSync(descriptor),
  };
}

function open(file: string): number {
  try {
    return openSync(file, 'a', 0o600);
  } catch (cause) {
    throw new UsageError(`The trace file ${file} cannot be opened${codeOf(cause)}.`, { cause });
  }
}

function lineOf({ purpose, error, requestId, ...event }: EndEvent): Record<string, unknown> {
  return {
    time: new Date(event.startedAt).toISOString(),
    method: event.method,
    url: shownUrl(event.url),
    provider: purpose.provider,
    project: purpose.project,
    step: purpose.step,
    attempt: event.attempt,
    status: event.status ?? null,
    ms: event.ms,
    bytes: event.received,
    sent: event.sent,
    error: error?.message,
    request_id: requestId,
  };
}

const WORDS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EISDIR: 'it is a directory',
  ENOENT: 'its folder does not exist',
  ENOSPC: 'the disk is full',
};

function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return code === '' ? '' : `: ${WORDS[code] ?? code}`;
}
