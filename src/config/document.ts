import { ConfigError } from '../errors.ts';
import type { ParsedDocument } from './yaml-document.ts';

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

/**
 * The content of a clouds.yaml or .json file. Scalars of YAML are texts or null.
 *
 * @throws ConfigError with file, line and column
 */
export async function parseDocument(text: string, path: string): Promise<ParsedDocument> {
  const plain = text.replace(/^\uFEFF/, '');
  if (path.endsWith('json')) return parseJson(plain, path);
  // A module of its own: bundled, it has only those parts of js-yaml that are used, and is loaded when needed.
  const { parseYaml } = await import('./yaml-document.ts');
  return parseYaml(plain, path);
}
