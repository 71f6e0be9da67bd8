import { describe, expect, it } from 'vitest';
import { createProgress } from '../../src/cli/progress.ts';
import { type FakeTerminalOptions, fakeTerminal } from '../support/terminal.ts';

const showCursor = '\u001b[?25h';

/** A terminal, and a way to wait until its stderr shows a text. */
function watched(options: FakeTerminalOptions = {}) {
  const waiting: Array<{ text: string; seen: () => void }> = [];
  const terminal = fakeTerminal({
    stderrTTY: true,
    ...options,
    onWrite: () => {
      for (const { text, seen } of waiting) if (terminal.err.includes(text)) seen();
    },
  });
  const shows = (text: string) => new Promise<void>((seen) => void waiting.push({ text, seen }));
  return { terminal, shows };
}

describe('progress', () => {
  it('names the providers still awaited on stderr, and leaves a clean line', async () => {
    const { terminal, shows } = watched();
    const progress = createProgress(terminal, { delayMs: 0 });
    progress.awaiting(['home', 'sp-a', 'sp-b']);
    await shows('waiting for home, sp-a, sp-b');
    progress.awaiting(['sp-b']);
    await shows('waiting for sp-b');
    progress.stop();
    expect(terminal.err.endsWith(`<start of line><clear line>${showCursor}`)).toBe(true);
    expect(terminal.out).toBe('');
  });

  it('is ASCII in a locale that is', async () => {
    const { terminal, shows } = watched({ env: { LC_ALL: 'C' } });
    const progress = createProgress(terminal, { delayMs: 0 });
    progress.awaiting(['sp-a']);
    await shows('waiting for sp-a');
    progress.stop();
    expect(terminal.err).not.toMatch(/[^\0-\x7f]/);
  });

  it('clears its line before rows are printed', async () => {
    const { terminal, shows } = watched();
    const progress = createProgress(terminal, { delayMs: 0 });
    progress.awaiting(['sp-a']);
    await shows('waiting for sp-a');
    progress.clear();
    expect(terminal.err).toMatch(/<clear line>$/);
    progress.stop();
  });

  it('shows control characters in a provider’s name, and says how many more there are', async () => {
    const { terminal, shows } = watched();
    const progress = createProgress(terminal, { delayMs: 0 });
    progress.awaiting(['e\u001bvil', 'b', 'c', 'd', 'e', 'f', 'g']);
    await shows('waiting for e\\x1bvil, b, c, d, e and 2 more');
    progress.stop();
    expect(terminal.err).not.toContain('e\u001bvil');
  });

  it('says nothing when everything was there in time', async () => {
    const { terminal } = watched();
    const progress = createProgress(terminal, { delayMs: 0 });
    progress.awaiting(['home']);
    progress.awaiting([]);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await import('ora');
    await new Promise((resolve) => setImmediate(resolve));
    expect(terminal.err).toBe('');
  });

  it.each([
    ['stderr is no terminal', { stderrTTY: false, stdoutTTY: true }],
    ['quiet', { quiet: true }],
    ['the terminal is dumb', { env: { TERM: 'dumb' } }],
    ['in CI', { env: { CI: 'true' } }],
  ] as const)('is not there when %s', async (_why, options) => {
    const { terminal } = watched(options);
    const progress = createProgress(terminal, { delayMs: 0 });
    progress.awaiting(['home']);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await import('ora');
    await new Promise((resolve) => setImmediate(resolve));
    progress.clear();
    progress.stop();
    expect(terminal.err).toBe('');
  });
});
