/**
 * The secrets that this process has used, so that none is shown when a cloud repeats it: services quote bodies that they
 * do not understand, and tokens that they do not know. Of a long secret only parts are kept, by which it is recognised.
 */

/** From so many characters on, a secret that is one word is recognised by parts of it, also where it is cut off. */
const LONG = 24;
/** Shorter ones are looked for as a whole; and what is shorter than this would hide ordinary words. */
const SHORTEST = 4;
const PART = 8;
/** A proxy has the tokens of many users; the oldest are left out then. */
const MOST = 50_000;

const parts = new Set<string>();
const wholes = new Set<string>();

/** Hide this from now on in everything that {@link withoutSecrets} sees. */
export function keepSecret(secret: string): void {
  if (secret.length < SHORTEST) return;
  const isKnown = isLongWord(secret) ? parts.has(partsOf(secret)[0] ?? '') : wholes.has(secret);
  if (isKnown) return;
  for (const spelling of spellingsOf(secret)) {
    if (isLongWord(spelling)) for (const part of partsOf(spelling)) add(parts, part);
    else if (spelling.length >= SHORTEST) add(wholes, spelling);
  }
}

/** The text with `…` in the place of each secret that was kept, as it is, escaped or encoded. */
export function withoutSecrets(text: string): string {
  let shown = text;
  for (const whole of wholes) if (shown.includes(whole)) shown = shown.replaceAll(whole, '…');
  if (parts.size === 0) return shown;
  for (let at = 0; at + PART <= shown.length; at += 1) {
    if (!parts.has(shown.slice(at, at + PART))) continue;
    const [before = ''] = WORD_BEFORE.exec(shown.slice(0, at)) ?? [];
    const [after = ''] = WORD.exec(shown.slice(at)) ?? [];
    shown = `${shown.slice(0, at - before.length)}…${shown.slice(at + after.length)}`;
    at -= before.length;
  }
  return shown;
}

const WORD = /^[\w+/=.~%-]*/;
const WORD_BEFORE = /[\w+/=.~%-]*$/;

function isLongWord(text: string): boolean {
  return text.length >= LONG && WORD.exec(text)?.[0] === text;
}

/** Not the beginning, which all Fernet tokens have in common, nor the end, which is padding. */
function partsOf(word: string): readonly string[] {
  const from = Math.min(20, word.length - PART);
  return [word.slice(from, from + PART), word.slice(-PART - 4, -4)];
}

function add(set: Set<string>, value: string): void {
  set.add(value);
  if (set.size <= MOST) return;
  const [oldest] = set;
  if (oldest !== undefined) set.delete(oldest);
}

/** As it is, in JSON, in a URL, in hexadecimal, and in base64 at each place that it can have in what surrounds it. */
function spellingsOf(secret: string): readonly string[] {
  const bytes = new TextEncoder().encode(secret);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const binary = String.fromCharCode(...bytes);
  const shifted = ['', ' ', '  '].map((before) => {
    const whole = btoa(before + binary).replace(/=+$/, '');
    // The edges depend on what stands beside the secret.
    return before === '' ? whole.slice(0, -1) : whole.slice(4, -1);
  });
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    hex,
    ...shifted,
    ...shifted.map(urlSafe),
  ];
}

function urlSafe(base64: string): string {
  return base64.replaceAll('+', '-').replaceAll('/', '_');
}
