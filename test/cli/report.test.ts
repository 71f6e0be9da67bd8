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
});
