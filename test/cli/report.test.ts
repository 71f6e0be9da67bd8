import { describe, expect, it } from 'vitest';
import { reportError } from '../../src/cli/report.ts';
import { UsageError } from '../../src/errors.ts';
import { fakeTerminal } from '../support/terminal.ts';

describe('an error', () => {
  it('cannot act on the terminal, in either format', () => {
    const error = new UsageError('a\u009b31mb\u202ec', { hint: 'd\u0085e' });
    for (const format of ['text', 'json'] as const) {
      const terminal = fakeTerminal({ tty: true });
      reportError(terminal, error, format);
      expect([...terminal.err].filter((each) => '\u009b\u0085\u202e'.includes(each))).toEqual([]);
    }
  });

  it('says the same to programs', () => {
    const terminal = fakeTerminal();
    reportError(terminal, new UsageError('a\u009bb\u202ec'), 'json');
    expect(JSON.parse(terminal.err)).toMatchObject({ error: { message: 'a\u009bb\u202ec' } });
  });

  it('begins in red on a terminal, unless NO_COLOR says otherwise', () => {
    const said = (env: Record<string, string>) => {
      const terminal = fakeTerminal({ tty: true, env });
      reportError(terminal, new UsageError('wrong'), 'text');
      return terminal.err;
    };
    expect(said({})).toBe('\u001b[31mfed:\u001b[39m wrong\n');
    expect(said({ NO_COLOR: '1' })).toBe('fed: wrong\n');
  });

  it.each([
    ['C', 'fed server ...\n'],
    ['POSIX', 'fed server ...\n'],
    ['de_DE.UTF-8', 'fed server \u2026\n'],
  ])('is ASCII in a locale that is: %s', (locale, hint) => {
    const terminal = fakeTerminal({ env: { LANG: 'en_US.UTF-8', LC_ALL: locale } });
    reportError(terminal, new UsageError('wrong', { hint: 'fed server \u2026' }), 'text');
    expect(terminal.err).toBe(`fed: wrong\nhint: ${hint}`);
  });
});
