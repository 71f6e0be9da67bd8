import type { Reply } from './reply.ts';

export type Handler<Context> = (context: Context, parameters: readonly string[]) => Reply | Promise<Reply>;

interface Route<Context> {
  readonly segments: readonly string[];
  readonly handlers: Map<string, Handler<Context>>;
}

export type Match<Context> =
  | { readonly handler: Handler<Context>; readonly parameters: readonly string[] }
  /** The path is known, the method is not; the methods that are. */
  | { readonly allowed: readonly string[] }
  | undefined;

/** Paths of one service, with `*` for a segment that varies. Literal segments win over `*`. */
export class Routes<Context> {
  readonly #routes: Route<Context>[] = [];

  on(methods: string, path: string, handler: Handler<Context>): this {
    const segments = segmentsOf(path);
    let route = this.#routes.find((known) => known.segments.join('/') === segments.join('/'));
    if (route === undefined) {
      route = { segments, handlers: new Map() };
      this.#routes.push(route);
      this.#routes.sort((a, b) => wildcards(a) - wildcards(b));
    }
    for (const method of methods.split(' ')) route.handlers.set(method, handler);
    return this;
  }

  /** @param path decoded */
  match(method: string, path: string): Match<Context> {
    const segments = path.split('/').slice(1);
    const allowed = new Set<string>();
    for (const route of this.#routes) {
      const parameters = parametersIn(route.segments, segments);
      if (parameters === undefined) continue;
      const handler = route.handlers.get(method);
      if (handler !== undefined) return { handler, parameters };
      for (const known of route.handlers.keys()) allowed.add(known);
    }
    return allowed.size === 0 ? undefined : { allowed: [...allowed] };
  }
}

function wildcards({ segments }: { readonly segments: readonly string[] }): number {
  return segments.filter((segment) => segment === '*').length;
}

function segmentsOf(path: string): string[] {
  return path.split('/').slice(1);
}

/** The varying segments, or undefined if the path is another. An empty segment fits nothing. */
function parametersIn(pattern: readonly string[], segments: readonly string[]): string[] | undefined {
  if (pattern.length !== segments.length) return undefined;
  const parameters: string[] = [];
  for (const [i, expected] of pattern.entries()) {
    const segment = segments[i] as string;
    if (expected === '*' && segment !== '') parameters.push(segment);
    else if (expected !== segment) return undefined;
  }
  return parameters;
}

/**
 * A path with its percent-encoding undone, as the services undo it: at once for the whole path, so that `%2F`
 * becomes a slash; a sequence that is no UTF-8 stays as it is.
 */
export function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
