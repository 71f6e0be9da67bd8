import { FAILSAFE_SCHEMA, loadAll, mergeTag, nullYaml11Tag, YAMLException } from 'js-yaml';
import { ConfigError } from '../errors.ts';

export interface ParsedDocument {
  readonly value: unknown;
  readonly warnings: readonly string[];
}

/** Every scalar stays the text that was written: a password of digits keeps its zeros. */
const schema = FAILSAFE_SCHEMA.withTags(nullYaml11Tag, mergeTag);

/** js-yaml's reason, without the words of the file that it quotes (aliases, tags): they can be a password. */
function reasonOf(reason: string): string {
  return reason.replaceAll(/\s*(!<[^>]*>|"[^"]*"|: .*$)/gs, '');
}

/** Where a value is `{{ … }}`: js-yaml takes it for a map whose key is a map, and says that of the file's first line. */
function templateIn(text: string): string | undefined {
  const lines = text.split('\n');
  const line = lines.findIndex((each) => /^[^#"']*:\s+\{\{/.test(each));
  return line === -1 ? undefined : `line ${line + 1}, column ${(lines[line] ?? '').indexOf('{{') + 1}`;
}

/** A file of comments only has no document. */
function only(documents: readonly unknown[], path: string): unknown {
  if (documents.length <= 1) return documents[0];
  throw new ConfigError(`${path} must be one document, and --- divides it into ${documents.length}.`, { file: path });
}

/** @throws ConfigError with file, line and column */
export function parseYaml(text: string, path: string): ParsedDocument {
  // Not kept as the cause: it quotes the lines around the fault.
  const broken = (error: unknown): unknown => {
    if (!(error instanceof YAMLException)) return error;
    const template = templateIn(text);
    if (template !== undefined) {
      return new ConfigError(`${path}, ${template}: {{ … }} is not YAML.`, {
        file: path,
        hint: 'It is of a template that was not filled in; a value that really is so must be quoted.',
      });
    }
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
