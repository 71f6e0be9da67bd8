import { describe, expect, it } from 'vitest';
import { type Environment, wantsColor } from '../../src/cli/terminal.ts';
import { fakeTerminal } from '../support/terminal.ts';

describe('whether to colour', () => {
  const cases: Array<[environment: Environment, onTerminal: boolean, inPipe: boolean]> = [
    [{}, true, false],
    [{ NO_COLOR: '1' }, false, false],
    [{ NO_COLOR: '' }, true, false],
    [{ FORCE_COLOR: '1' }, true, true],
    [{ FORCE_COLOR: '0' }, false, false],
    [{ CLICOLOR_FORCE: '1' }, true, true],
    [{ CLICOLOR_FORCE: '0' }, true, false],
    [{ NO_COLOR: '1', FORCE_COLOR: '1', CLICOLOR_FORCE: '1' }, false, false],
    [{ CLICOLOR: '0' }, false, false],
    [{ TERM: 'dumb' }, false, false],
    [{ TERM: 'dumb', FORCE_COLOR: '3' }, true, true],
  ];

  it.each(cases)('with %j: %s on a terminal, %s in a pipe', (env, onTerminal, inPipe) => {
    expect(wantsColor('auto', true, env)).toBe(onTerminal);
    expect(wantsColor('auto', false, env)).toBe(inPipe);
  });

  it('is decided by --color always and never whatever the environment says', () => {
    expect(wantsColor('always', false, { NO_COLOR: '1' })).toBe(true);
    expect(wantsColor('never', true, { FORCE_COLOR: '1' })).toBe(false);
  });

  it('is decided for each stream by itself', () => {
    const { stdout, stderr } = fakeTerminal({ stderrTTY: true });
    expect([stdout.color, stderr.color]).toEqual([false, true]);
  });
});

describe('a terminal', () => {
  it('has a width only where it is one, and one that says it', () => {
    expect(fakeTerminal({ stdoutTTY: true, columns: 132 }).stdout.columns).toBe(132);
    expect(fakeTerminal({ columns: 132 }).stdout.columns).toBeUndefined();
    expect(fakeTerminal({ tty: true, columns: 0 }).stdout.columns).toBeUndefined();
  });

  it('says in colour what kind of message it is, where there are colours', () => {
    const terminal = fakeTerminal({ stderrTTY: true });
    terminal.warn('slow');
    expect(terminal.err).toBe('fed: \u001b[33mwarning:\u001b[39m slow\n');
  });

  it.each([
    [{ LC_ALL: 'C' }, 'wait...'],
    [{ LC_CTYPE: 'de_DE.ISO-8859-1' }, 'wait...'],
    [{ LC_ALL: 'C.UTF-8', LANG: 'C' }, 'wait…'],
    [{ LANG: 'en_GB.utf8' }, 'wait…'],
    [{}, 'wait…'],
  ])('has what the locale %j can show', (env, shown) => {
    const terminal = fakeTerminal({ env });
    terminal.warn('wait…');
    expect(terminal.err).toBe(`fed: warning: ${shown}\n`);
  });

  it('warns on stderr, in a safe line, unless quiet', () => {
    const terminal = fakeTerminal();
    terminal.warn('a\u001b[2Jb');
    expect(terminal.err).toBe('fed: warning: a\\x1b[2Jb\n');
    const quiet = fakeTerminal();
    quiet.withOptions({ quiet: true }).warn('x');
    expect(quiet.err).toBe('');
  });

  it('takes options over what it had', () => {
    const terminal = fakeTerminal({ tty: true }).withOptions({ color: 'never' }).withOptions({ quiet: true });
    expect([terminal.stdout.color, terminal.quiet]).toEqual([false, true]);
  });

  it('says when its reader is slow, and fails when its reader is gone', async () => {
    const gone = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
    const terminal = fakeTerminal({ onWrite: () => Promise.reject(gone) });
    await expect(terminal.stdout.write('x'.repeat(64 * 1024))).rejects.toBe(gone);
    expect(fakeTerminal().stdout.write('x')).toBeUndefined();
  });
});
