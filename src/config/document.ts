import { ConfigError } from '../errors.ts';

export interface ParsedDocument {
  readonly value: unknown;
  readonly warnings: readonly string[];
}

/** Line and column, from 1, of an offset in a text. */
function position(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function parseJson(text: string, path: string): ParsedDocument {
  try {
    return { value: JSON.parse(text), warnings: [] };
  } catch (cause) {
    // The engine's own message can quote the text, and passwords are in it.
    const offset = /at position (\d+)/.exec(String(cause))?.[1];
    const at = offset === undefined ? undefined : position(text, Number(offset));
    const where = at === undefined ? '' : ` (line ${at.line}, column ${at.column})`;
    throw new ConfigError(`${path} is not valid JSON${where}.`, { file: path });
  }
}

/** js-yaml's reason, without the words of the file that it quotes (aliases, tags): they can be a password. */
function reasonOf(reason: string): string {
  return reason.replaceAll(/\s*(!<[^>]*>|"[^"]*"|: .*$)/gs, '');
}

/** A file of comments only has no document. */
function only(documents: readonly unknown[], path: string): unknown {
  if (documents.length <= 1) return documents[0];
  throw new ConfigError(`${path} must be one document, and --- divides it into ${documents.length}.`, { file: path });
}

async function parseYaml(text: string, path: string): Promise<ParsedDocument> {
  const { FAILSAFE_SCHEMA, loadAll, mergeTag, nullYaml11Tag, YAMLException } = await import('js-yaml');
  // Every scalar stays the text that was written: a password of digits keeps its zeros.
  const schema = FAILSAFE_SCHEMA.withTags(nullYaml11Tag, mergeTag);
  // Not kept as the cause: it quotes the lines around the fault.
  const broken = (error: unknown): unknown => {
    if (!(error instanceof YAMLException)) return error;
    const at = error.mark === undefined ? '' : `, line ${error.mark.line + 1}, column ${error.mark.column + 1}`;
    return new ConfigError(`${path}${at}: ${reasonOf(error.reason)}.`, {
      file: path,
      hint: 'Values with : or # in them, or with one of * & ! @ % ` { [ in front, must be quoted; indent with spaces.',
    });
  };
  try {
    return { value: only(loadAll(text, { schema }), path), warnings: [] };
  } catch (error) {
    if (!(error instanceof YAMLException) || !error.reason.startsWith('duplicated mapping key')) throw broken(error);
    const line = error.mark === undefined ? '' : `, line ${error.mark.line + 1}`;
    try {
      // PyYAML, which the other OpenStack tools use, takes the last one.
      const value = only(loadAll(text, { schema, json: true }), path);
      return { value, warnings: [`${path}${line}: the same key stands there twice; the last one counts.`] };
    } catch (another) {
      throw broken(another);
    }
  }
}

/**
 * The content of a clouds.yaml or .json file. Scalars of YAML are texts or null.
 *
 * @throws ConfigError with file, line and column
 */
export function parseDocument(text: string, path: string): ParsedDocument | Promise<ParsedDocument> {
  const plain = text.replace(/^\uFEFF/, '');
  return path.endsWith('json') ? parseJson(plain, path) : parseYaml(plain, path);
}
