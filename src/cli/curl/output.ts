import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { UsageError } from '../../errors.ts';
import { type HeaderPairs, headerValue, type SendResponse } from '../../ports/http.ts';
import { visibleLines } from '../output/visible.ts';
import type { Terminal } from '../terminal.ts';

/** While something is written to a file, so much of what follows is collected, and then written in one go. */
const WRITTEN_AT_ONCE = 1024 * 1024;

/** Where a body goes. */
export interface Sink {
  write(chunk: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** `-o FILE`, or standard output. On a terminal, text cannot act on it, and what is no text is refused. */
export function sinkFor(file: string | undefined, terminal: Terminal): Sink {
  if (file !== undefined && file !== '-') return fileSink(file);
  const { stdout } = terminal;
  if (!stdout.isTTY || file === '-') {
    return {
      write: async (chunk) => stdout.write(chunk),
      close: () => Promise.resolve(),
    };
  }
  const decoder = new TextDecoder();
  return {
    write: async (chunk) => {
      if (chunk.includes(0)) {
        throw new UsageError('This is no text, and could mess up your terminal.', {
          hint: 'Write it to a file with -o FILE, or give -o - to have it all the same.',
        });
      }
      await stdout.write(visibleLines(decoder.decode(chunk, { stream: true })));
    },
    close: () => Promise.resolve(),
  };
}

function fileSink(file: string): Sink {
  let stream: WriteStream | undefined;
  const open = async () => {
    stream = createWriteStream(file, { highWaterMark: WRITTEN_AT_ONCE });
    await Promise.race([once(stream, 'open'), once(stream, 'error').then(([error]) => Promise.reject(error))]).catch(
      (cause) => {
        throw new UsageError(`${file} cannot be written (${(cause as NodeJS.ErrnoException).code}).`, { cause });
      },
    );
    return stream;
  };
  return {
    async write(chunk) {
      const out = stream ?? (await open());
      if (!out.write(chunk)) await once(out, 'drain');
    },
    async close() {
      const out = stream ?? (await open());
      out.end();
      await finished(out);
    },
  };
}

/** The head as it came: `HTTP/1.1 200 OK` and the header lines. */
export function headText({ status, statusText, headers }: SendResponse): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}`);
  return `${[`HTTP/1.1 ${status} ${statusText}`.trimEnd(), ...lines].join('\r\n')}\r\n\r\n`;
}

/** The body with its content coding undone, for --compressed. */
export function decoded(response: SendResponse): AsyncIterable<Uint8Array> {
  const coding = headerValue(response.headers, 'content-encoding')?.toLowerCase();
  const undo =
    coding === 'gzip' || coding === 'x-gzip'
      ? createGunzip()
      : coding === 'deflate'
        ? createInflate()
        : coding === 'br'
          ? createBrotliDecompress()
          : undefined;
  if (undo === undefined) return response.body;
  void feed(response.body, undo);
  return undo;
}

async function feed(body: AsyncIterable<Uint8Array>, into: NodeJS.WritableStream & { destroy(error?: Error): void }) {
  try {
    for await (const chunk of body) {
      if (!into.write(chunk)) await once(into, 'drain');
    }
    into.end();
  } catch (error) {
    into.destroy(error as Error);
  }
}

/** What `-w` can tell. */
export interface Facts {
  readonly status: number;
  readonly headers: HeaderPairs;
  readonly method: string;
  readonly url: string;
  readonly received: number;
  readonly seconds: number;
  readonly provider: string;
  readonly project: string;
  readonly how: string;
}

/** `-w`: curl's variables that make sense here, and ours: fed_provider, fed_project, fed_how. */
export function writeOut(format: string, facts: Facts): string {
  const values: Readonly<Record<string, string | number>> = {
    http_code: facts.status,
    response_code: facts.status,
    content_type: headerValue(facts.headers, 'content-type') ?? '',
    method: facts.method,
    url_effective: facts.url,
    size_download: facts.received,
    time_total: facts.seconds.toFixed(6),
    fed_provider: facts.provider,
    fed_project: facts.project,
    fed_how: facts.how,
  };
  return format
    .replace(/%header\{([^}]+)\}/g, (_, name: string) => headerValue(facts.headers, name) ?? '')
    .replace(/%\{([^}]+)\}/g, (whole, name: string) => String(values[name] ?? whole))
    .replaceAll('%%', '%')
    .replace(/\\([nrt])/g, (_, letter: string) => ({ n: '\n', r: '\r', t: '\t' })[letter] ?? letter);
}
