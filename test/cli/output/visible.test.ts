import { describe, expect, it } from 'vitest';
import { visible, visibleJson, visibleLines } from '../../../src/cli/output/visible.ts';

describe('text for a terminal', () => {
  it('shows control characters in the place of sending them', () => {
    expect(visible('a\u001b[2Jb\u0007\u007f\u009b31m')).toBe('a\\x1b[2Jb\\x07\\x7f\\x9b31m');
  });

  it('shows line breaks and tabs', () => {
    expect(visible('one\ntwo\r\n\tthree')).toBe('one\\ntwo\\r\\n\\tthree');
  });

  it('shows what would reverse the direction of the rest of the line', () => {
    expect(visible('a\u202eb\u2066c\u2069\u2028')).toBe('a\\u202eb\\u2066c\\u2069\\u2028');
  });

  it('shows what has no width, where it joins no pictures', () => {
    expect(visible('pay\u200bpal\u200e \u061c\u2060\ufeff a\u200db')).toBe(
      'pay\\u200bpal\\u200e \\u061c\\u2060\\ufeff a\\u200db',
    );
    expect(visibleJson('"pay\u200bpal"')).toBe('"pay\\u200bpal"');
  });

  it('leaves text of every script alone', () => {
    const text = 'Grüße 世界 שלום 👩‍💻 a\u0301';
    expect(visible(text)).toBe(text);
  });

  it('keeps the lines of a cell, however they end', () => {
    expect(visibleLines('one\r\ntwo\nthree\u001b')).toBe('one\ntwo\nthree\\x1b');
  });

  it('gives JSON that means the same', () => {
    const value = { name: 'a\u009b31m\u202eb\u007f' };
    const json = visibleJson(JSON.stringify(value));
    expect(json).toBe('{"name":"a\\u009b31m\\u202eb\\u007f"}');
    expect(JSON.parse(json)).toEqual(value);
  });
});
