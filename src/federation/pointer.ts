/** JSON pointers (RFC 6901) into the APIs' objects. */

/** A field of an object, by its name; undefined where there is none. */
export function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}

function segmentsOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The value at the first of the pointers that leads somewhere; undefined if none does. */
export function valueAt(value: unknown, pointer: string | readonly string[]): unknown {
  for (const one of typeof pointer === 'string' ? [pointer] : pointer) {
    const found = segmentsOf(one).reduce(fieldOf, value);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Like `valueAt`, only a text. */
export function textAt(value: unknown, pointer: string | readonly string[]): string | undefined {
  const found = valueAt(value, pointer);
  return typeof found === 'string' ? found : undefined;
}

/** Every value that a pointer leads to, where the segment `*` stands for each element of an array. */
export function valuesAt(value: unknown, pointer: string): unknown[] {
  let found: unknown[] = [value];
  for (const segment of segmentsOf(pointer)) {
    found = found.flatMap((each) =>
      segment === '*' ? (Array.isArray(each) ? (each as unknown[]) : []) : [fieldOf(each, segment)],
    );
  }
  return found.filter((each) => each !== undefined);
}
