import { UsageError } from '../errors.ts';
import type { HeaderPairs, RequestBody } from '../ports/http.ts';
import type { CallOptions } from './options.ts';

/** Headers as a program may have them: an object, pairs, a `Headers` or a `Map`. */
export type HeadersLike =
  | Readonly<Record<string, string | readonly string[] | undefined>>
  | Iterable<readonly [string, string]>;

/**
 * A body: a text, bytes, or what gives bytes piece by piece (a Node.js or web stream, a generator). A stream is read
 * once, as fast as the provider takes it.
 */
export type BodyLike = string | Uint8Array | AsyncIterable<Uint8Array>;

export interface ForwardOptions extends CallOptions {
  /** `GET` unless said. */
  readonly method?: string;
  /**
   * `SERVICE/path`, such as `volume/volumes/ID` or `compute/servers?limit=5`, or the full URL of an endpoint in one of
   * the catalogs. A version and a project's id in the path are replaced by those of the scope.
   */
  readonly target: string;
  /** `Accept` is `application/json` unless said; the token is put in. */
  readonly headers?: HeadersLike;
  readonly body?: BodyLike;
  /** A body as a value, instead of `body`. */
  readonly json?: unknown;
  /** Send it to this provider, whoever owns what it is about. */
  readonly provider?: string;
  /** Send it to this project, by id or name. */
  readonly project?: string;
  /** Send it to this region. */
  readonly region?: string;
}

/** What goes out: headers and body. @throws UsageError */
export function contentOf({ headers, body, json }: ForwardOptions): { headers: HeaderPairs; body?: RequestBody } {
  if (body !== undefined && json !== undefined) throw new UsageError('A request has a body or json, not both.');
  const pairs = headerPairs(headers ?? {});
  const defaults: HeaderPairs = [
    ['Accept', 'application/json'],
    ...(json === undefined ? [] : [['Content-Type', 'application/json'] as const]),
  ];
  const missing = defaults.filter(([name]) => !pairs.some(([each]) => each.toLowerCase() === name.toLowerCase()));
  const content = json === undefined ? body : JSON.stringify(json);
  return { headers: [...missing, ...pairs], ...(content !== undefined && { body: checked(content) }) };
}

function headerPairs(headers: HeadersLike): HeaderPairs {
  if (Symbol.iterator in headers) return [...(headers as Iterable<readonly [string, string]>)];
  return Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [value].flat().map((each) => [name, String(each)] as const),
  );
}

function checked(body: BodyLike): RequestBody {
  if (typeof body === 'string' || body instanceof Uint8Array) return body;
  if (typeof body === 'object' && body !== null && Symbol.asyncIterator in body) return bytesOf(body);
  throw new UsageError('A body is a string, a Uint8Array, or an async iterable of Uint8Arrays.');
}

/** Streams with an encoding give texts, which nobody may send as if they were bytes. */
function bytesOf(stream: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator]() {
      const source = stream[Symbol.asyncIterator]();
      return {
        async next() {
          const result = await source.next();
          if (result.done === true || result.value instanceof Uint8Array) return result;
          await source.return?.();
          throw new UsageError('The stream of the body gives something else than bytes (Uint8Array).');
        },
        return: (value) => source.return?.(value) ?? Promise.resolve({ done: true, value: undefined }),
      };
    },
  };
}
