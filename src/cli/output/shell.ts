/**
 * A line that a POSIX shell can `eval`: `name="value"`. Names come from clouds too (an image's
 * properties are fields), so everything that is no letter, digit or `_` becomes `_`; in the value, what a shell would
 * expand is escaped.
 */
export function shellLine(name: string, value: string, prefix: string): string {
  const variable = `${prefix}${name}`.replace(/[^A-Za-z0-9_]/g, '_').replace(/^(?=[0-9])/, '_');
  const text = value.replace(/[\\"$`]/g, (character) => `\\${character}`);
  return `${variable}="${text}"\n`;
}
