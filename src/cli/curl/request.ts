import { closeSync, createReadStream, openSync, readSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { buffer, text } from 'node:stream/consumers';
import { UsageError } from '../../errors.ts';
import type { HeaderPairs, RequestBody } from '../../ports/http.ts';
import type { Terminal } from '../terminal.ts';

/** One `-d`, `--data-raw`, `--data-binary` or `--json`. */
export interface DataOption {
  readonly kind: 'ascii' | 'raw' | 'binary' | 'json';
  readonly value: string;
}

export interface RequestOptions {
  readonly request?: string;
  readonly header: readonly string[];
  readonly data: readonly DataOption[];
  readonly uploadFile?: string;
  readonly head: boolean;
  /** Put the data into the query. */
  readonly get: boolean;
  readonly compressed: boolean;
}

/** What is sent, as curl's options describe it. */
export interface CurlRequest {
  readonly method: string;
  readonly headers: HeaderPairs;
  readonly body?: RequestBody;
  /** To be added to the URL's query. */
  readonly query?: string;
}

/** Bytes that are read of a file at once: as many as sockets wait for to be sent before they take more. */
const PIECE = 64 * 1024;

/** A body from a file of more than this is streamed, which means that it can be sent only once. */
const HELD_AT_MOST = 1024 * 1024;

/**
 * @throws UsageError for options that exclude each other, headers that are none, and files that cannot be read
 */
export async function curlRequest(options: RequestOptions, terminal: Terminal): Promise<CurlRequest> {
  const { data, uploadFile, head } = options;
  if (data.length > 0 && uploadFile !== undefined) throw new UsageError('-d and -T exclude each other.');
  if (head && (data.length > 0 || uploadFile !== undefined)) throw new UsageError('-I sends no body.');
  const given = options.header.map(parseHeader);
  const upload = uploadFile === undefined ? undefined : await streamOf(uploadFile, terminal);
  const body = upload?.body ?? (await dataOf(data, terminal));
  const sendsData = data.length > 0 && !options.get;
  const method = options.request ?? (head ? 'HEAD' : upload ? 'PUT' : sendsData ? 'POST' : 'GET');
  if (!/^[A-Za-z]+$/.test(method)) throw new UsageError(`${method} is no HTTP method.`);
  const ours: Array<readonly [string, string]> = [['Accept', 'application/json']];
  if (options.compressed) ours.push(['Accept-Encoding', 'gzip, deflate, br']);
  if (upload !== undefined) ours.push(['Content-Type', 'application/octet-stream']);
  if (upload?.size !== undefined) ours.push(['Content-Length', `${upload.size}`]);
  if (sendsData) ours.push(['Content-Type', typeOf(data, body)]);
  const named = new Set(given.map(({ name }) => name.toLowerCase()));
  return {
    method: method.toUpperCase(),
    headers: [
      ...ours.filter(([name]) => !named.has(name.toLowerCase())),
      ...given.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const])),
    ],
    ...(body !== undefined && (options.get ? { query: await textOf(body) } : { body })),
  };
}

async function textOf(body: RequestBody): Promise<string> {
  if (typeof body === 'string') return body;
  return body instanceof Uint8Array ? new TextDecoder().decode(body) : await text(body);
}

/** `Name: value`; `Name:` takes a header away; `Name;` sends it empty, as curl has it. */
function parseHeader(text: string): { name: string; value?: string } {
  const [, name, mark, value] = /^([!#$%&'*+.^_`|~\w-]+)([:;])\s*(.*)$/.exec(text) ?? [];
  if (name === undefined || (mark === ';' && value !== ''))
    throw new UsageError(`-H "${text}" is no header: write "Name: value".`);
  if (mark === ';') return { name, value: '' };
  return value === '' || value === undefined ? { name } : { name, value: value.trim() };
}

function typeOf(data: readonly DataOption[], body: RequestBody | undefined): string {
  const text =
    typeof body === 'string' ? body : body instanceof Uint8Array ? new TextDecoder().decode(body.subarray(0, 64)) : '';
  // OpenStack's APIs take JSON; curl's own default is for web forms.
  const isJson = data.some(({ kind }) => kind === 'json') || /^\s*[[{]/.test(text);
  return isJson ? 'application/json' : 'application/x-www-form-urlencoded';
}

async function dataOf(data: readonly DataOption[], terminal: Terminal): Promise<RequestBody | undefined> {
  const [only, another] = data;
  if (only === undefined) return undefined;
  if (another === undefined && only.kind === 'binary' && isLargeFile(only.value)) {
    return contentOf(only.value.slice(1));
  }
  const parts = await Promise.all(data.map((each) => bytesOf(each, terminal)));
  if (parts.length === 1) return parts[0];
  // As curl joins them: pieces of JSON as they are, all else as the fields of a form.
  const joint = (at: number) => Buffer.from(at === 0 || data[at]?.kind === 'json' ? '' : '&');
  return Buffer.concat(parts.flatMap((part, at) => [joint(at), part]));
}

async function bytesOf({ kind, value }: DataOption, terminal: Terminal): Promise<Uint8Array> {
  if (kind === 'raw' || !value.startsWith('@')) return Buffer.from(value);
  const file = value.slice(1);
  const bytes =
    file === '-' ? await buffer(terminal.stdin.stream) : await readFile(file).catch((error) => unreadable(file, error));
  // curl drops line ends and zero bytes from `-d @file`; --data-binary keeps them.
  return kind === 'ascii' ? bytes.filter((byte) => byte !== 0x0a && byte !== 0x0d && byte !== 0x00) : bytes;
}

function isLargeFile(value: string): boolean {
  if (!value.startsWith('@') || value === '@-') return false;
  return statOf(value.slice(1)).size > HELD_AT_MOST;
}

function statOf(file: string) {
  return reading(file, () => statSync(file));
}

function reading<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    return unreadable(file, error);
  }
}

function unreadable(file: string, cause: unknown): never {
  const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
  throw new UsageError(`${file} cannot be read (${code}).`, { cause });
}

function streamOf(file: string, terminal: Terminal): { body: RequestBody; size?: number } {
  if (file === '-') return { body: terminal.stdin.stream };
  const stat = statOf(file);
  if (stat.isDirectory()) throw new UsageError(`${file} is a directory.`);
  return stat.isFile() ? { body: contentOf(file), size: stat.size } : { body: createReadStream(file) };
}

/**
 * A file, read here and now into the same memory again and again: new memory for each piece, and handing them over from
 * another thread, cost more than reading them.
 */
// biome-ignore lint/suspicious/useAwait: a body is read asynchronously, whatever it comes from.
async function* contentOf(file: string): AsyncGenerator<Uint8Array> {
  const memory = Buffer.allocUnsafeSlow(PIECE);
  const fd = reading(file, () => openSync(file, 'r'));
  try {
    for (;;) {
      const length = reading(file, () => readSync(fd, memory, 0, PIECE, null));
      if (length === 0) return;
      yield memory.subarray(0, length);
    }
  } finally {
    closeSync(fd);
  }
}
