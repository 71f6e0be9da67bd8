import type { Environment } from './terminal.ts';

/** Whether the terminal shows more than ASCII: a locale that is no UTF-8 (C, POSIX, Latin-1) says that it does not. */
export function isUnicode({ LC_ALL, LC_CTYPE, LANG }: Environment): boolean {
  const locale = LC_ALL || LC_CTYPE || LANG;
  return !locale || /utf-?8/i.test(locale);
}

/** fed's own texts as the locale can show them. */
export function inLocale(text: string, env: Environment): string {
  return isUnicode(env) ? text : text.replaceAll('\u2026', '...');
}
