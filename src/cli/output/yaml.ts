import { isRecord } from './row.ts';
import { visibleJson } from './visible.ts';

/**
 * Texts that readers of YAML 1.1 (PyYAML above all) and 1.2 take for texts without quotes: UUIDs, and what begins with
 * a letter and has nothing in it that means something. A number, a date or a time begins otherwise.
 */
const PLAIN = /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[A-Za-z/_](?:[\w()+./=@-]|:(?=[^ ])| (?=[^ #]))*)$/;

/** Words that the one or the other takes for a truth value or null. */
const WORDS = /^(?:y|yes|n|no|on|off|true|false|null)$/i;

/** What readers of YAML refuse or drop, beyond what is made visible anyway. */
const REFUSED = /[\ufeff\ufffe\uffff]/g;

/** A key that is longer has a mark in front; PyYAML looks no further than 1,024 characters for the colon behind one. */
const LONGEST_KEY = 1000;

/**
 * JSON data as YAML: blocks for what has parts, and JSON's own quotes and escapes for texts that need some.
 *
 * @param indent what stands in front of every line but the first
 */
export function yamlText(value: unknown, indent = ''): string {
  if (!hasParts(value)) return `${scalar(value)}\n`;
  const deeper = `${indent}  `;
  const lines = Array.isArray(value)
    ? value.map((each) => `- ${yamlText(each, deeper)}`)
    : Object.entries(value).map(([key, each]) => {
        const name = scalar(key);
        const head = name.length > LONGEST_KEY ? `? ${name}\n${indent}` : name;
        return `${head}:${hasParts(each) ? `\n${deeper}` : ' '}${yamlText(each, deeper)}`;
      });
  return lines.join(indent);
}

function hasParts(value: unknown): value is readonly unknown[] | Readonly<Record<string, unknown>> {
  return Array.isArray(value) ? value.length > 0 : isRecord(value) && Object.keys(value).length > 0;
}

function scalar(value: unknown): string {
  if (typeof value === 'number') return String(value).replace(/^(-?\d+)e/, '$1.0e');
  if (typeof value !== 'string') return JSON.stringify(value);
  if (PLAIN.test(value) && !WORDS.test(value)) return value;
  return visibleJson(JSON.stringify(value)).replace(REFUSED, (each) => `\\u${each.charCodeAt(0).toString(16)}`);
}
