import { once } from 'node:events';
import { closeSync, createWriteStream, openSync, statSync, writeSync } from 'node:fs';
import { finished } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { type FedError, UsageError } from '../../errors.ts';
import { headerValue, type SendResponse } from '../../ports/http.ts';
import { visibleLines } from '../output/visible.ts';
import { outputError } from '../output-error.ts';
import type { Terminal } from '../terminal.ts';

/** While something is written to a file, so much of what follows is collected, and then written in one go. */
const WRITTEN_AT_ONCE = 1024 * 1024;

/** Where a body goes. What is given to it is not touched any more once it has been written, or the promise fulfilled. */
export interface Sink {
  write(chunk: Uint8Array): Promise<void> | undefined;
  close(): Promise<void> | undefined;
}

/** `-o FILE`, or standard output. On a terminal, text cannot act on it, and what is no text is refused. */
export function sinkFor(file: string | undefined, terminal: Terminal): Sink {
  if (file !== undefined && file !== '-') return fileSink(file);
  const { stdout } = terminal;
  if (!stdout.isTTY || file === '-') {
    return {
      write: (chunk) => written(stdout.stream, chunk),
      close: () => undefined,
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
    close: () => undefined,
  };
}

/** Pipes and files are mostly written to here and now, which leaves nothing to wait for. */
function written(stream: NodeJS.WriteStream, chunk: Uint8Array): Promise<void> | undefined {
  const done = new Promise<void>((resolve, reject) => {
    stream.write(chunk, (error) => (error ? reject(error) : resolve()));
  });
  return stream.writableLength === 0 && !stream.errored ? undefined : done;
}

function fileSink(file: string): Sink {
  let opened: Sink | undefined;
  // Not before there is something to write: a request that fails leaves the file as it was.
  const sink = () => {
    opened ??= isWrittenAtOnce(file) ? diskSink(file) : streamSink(file);
    return opened;
  };
  return {
    write: (chunk) => sink().write(chunk),
    close: () => sink().close(),
  };
}

/** Whether writing to it does not wait for a reader. */
function isWrittenAtOnce(file: string): boolean {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats === undefined || !(stats.isFIFO() || stats.isSocket());
}

/** What a disk takes is written here and now: that is less than half the work of handing it to another thread. */
function diskSink(file: string): Sink {
  const fd = attempt(file, () => openSync(file, 'w'));
  return {
    write(chunk) {
      for (let written = 0; written < chunk.byteLength; ) {
        written += attempt(file, () => writeSync(fd, chunk, written));
      }
      return undefined;
    },
    close() {
      attempt(file, () => closeSync(fd));
      return undefined;
    },
  };
}

function attempt<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw cannotBeWritten(file, cause);
  }
}

/** A place where no file can be is a wrong argument; a disk that takes no more is none. */
function cannotBeWritten(file: string, cause: unknown): FedError {
  const { code = '' } = cause as NodeJS.ErrnoException;
  if (!['ENOENT', 'ENOTDIR', 'EISDIR', 'EACCES'].includes(code)) return outputError(`${file} cannot be written`, cause);
  return new UsageError(`${file} cannot be written (${code}).`, { cause });
}

/** A pipe, which waits for whoever reads it. */
function streamSink(file: string): Sink {
  const stream = createWriteStream(file, { highWaterMark: WRITTEN_AT_ONCE });
  const failed = new Promise<never>((_, reject) => {
    stream.once('error', (cause) => reject(cannotBeWritten(file, cause)));
  });
  // Whoever writes hears of it.
  failed.catch(() => {});
  const orFailed = (work: Promise<unknown>) => Promise.race([failed, work]).then(() => {});
  return {
    // What is handed to another thread is kept, and so has to be a copy.
    write: (chunk) => (stream.write(Buffer.from(chunk)) ? undefined : orFailed(once(stream, 'drain'))),
    close() {
      stream.end();
      return orFailed(finished(stream));
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
