import { needsQuotes, visibleJson } from './visible.ts';

/** Turns a value into YAML text. */
export type YamlWriter = (value: unknown) => string;

/**
 * YAML that readers of YAML 1.1 (PyYAML above all) and 1.2 take for the same: `on`, `12:30` and dates are texts.
 * Loads the yaml package.
 *
 * @param forTerminal write what would act on a terminal as escapes
 */
export async function yamlWriter(forTerminal: boolean): Promise<YamlWriter> {
  const { Document, Scalar, visit } = await import('yaml');
  return (value) => {
    const document = new Document(value, { compat: 'yaml-1.1', aliasDuplicateObjects: false });
    if (forTerminal) {
      visit(document, {
        Scalar(_key, scalar) {
          if (typeof scalar.value === 'string' && needsQuotes(scalar.value)) scalar.type = Scalar.QUOTE_DOUBLE;
        },
      });
    }
    const text = document.toString({ lineWidth: 0 });
    return forTerminal ? visibleJson(text) : text;
  };
}
