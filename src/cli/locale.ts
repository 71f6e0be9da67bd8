/** Of the variables of a process, those that say which characters can be shown. */
type Locale = Readonly<Record<string, string | undefined>>;

/** Whether the terminal shows more than ASCII: a locale that is no UTF-8 (C, POSIX, Latin-1) says that it does not. */
export function isUnicode({ LC_ALL, LC_CTYPE, LANG }: Locale): boolean {
  const locale = LC_ALL || LC_CTYPE || LANG;
  return !locale || /utf-?8/i.test(locale);
}

/** fed's own texts as the locale can show them. */
export function inLocale(text: string, env: Locale): string {
  return isUnicode(env) ? text : text.replaceAll('\u2026', '...');
}
