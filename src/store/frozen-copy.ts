/** A copy of a JSON value that nobody can change, so that it can be given out again and again. */
export function frozenCopy(value: unknown): unknown {
  return freeze(JSON.parse(JSON.stringify(value) ?? 'null'));
}

function freeze(value: unknown): unknown {
  if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) freeze(part);
    Object.freeze(value);
  }
  return value;
}
