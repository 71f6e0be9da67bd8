/**
 * Text that comes from a cloud is untrusted: a name can hold the sequences that move a terminal's cursor, set its
 * title or reverse the order in which the rest of the line is read.
 */

/** C0, DEL and C1 controls, what turns the direction of text, what has no width, and Unicode's own line breaks. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
const unsafe = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** The part of these that JSON's own escaping leaves as it is. */
const unsafeInJson = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function hex(character: string, digits: number): string {
  return character.charCodeAt(0).toString(16).padStart(digits, '0');
}

/** One line of text that a terminal only shows: `\n`, `\x1b`, `\u202e` in the place of what would act. */
export function visible(text: string): string {
  return text.replace(unsafe, (character, at: number) => {
    if (joinsEmoji(text, at)) return character;
    const code = character.charCodeAt(0);
    return short[character] ?? (code <= 0xff ? `\\x${hex(character, 2)}` : `\\u${hex(character, 4)}`);
  });
}

/** Like `visible`, but lines stay lines: for a table's cells. */
export function visibleLines(text: string): string {
  if (text.search(unsafe) < 0) return text;
  return text.replaceAll('\r\n', '\n').split('\n').map(visible).join('\n');
}

/** JSON (or YAML in double quotes) that says the same and is safe for a terminal. */
export function visibleJson(json: string): string {
  return json.replace(unsafeInJson, (character, at: number) =>
    joinsEmoji(json, at) ? character : `\\u${hex(character, 4)}`,
  );
}

/** Of what has no width, the one thing that is seen: it makes one picture of two. */
function joinsEmoji(text: string, at: number): boolean {
  if (text.charAt(at) !== '\u200d') return false;
  return (
    /\p{Extended_Pictographic}[\ufe0f\u{1f3fb}-\u{1f3ff}]?$/u.test(text.slice(0, at)) &&
    /^\p{Extended_Pictographic}/u.test(text.slice(at + 1))
  );
}
