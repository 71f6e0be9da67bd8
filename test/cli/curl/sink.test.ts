import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sinkFor } from '../../../src/cli/curl/output.ts';
import { createTerminal } from '../../../src/cli/terminal.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fed-sink-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const chunks = Array.from({ length: 40 }, (_, at) => new Uint8Array(64 * 1024).fill(at));
const whole = Buffer.concat(chunks);

async function write(file: string): Promise<void> {
  const sink = sinkFor(file, createTerminal(process, process.env));
  for (const chunk of chunks) await sink.write(chunk);
  await sink.close();
}

describe('what -o FILE writes', () => {
  it('is the body, in place of what was there', async () => {
    const file = join(folder, 'out');
    writeFileSync(file, 'x'.repeat(2 * whole.length));
    await write(file);
    expect(readFileSync(file).equals(whole)).toBe(true);
  });

  it('is an empty file when the body is empty, and no file before anything came', async () => {
    const file = join(folder, 'out');
    const sink = sinkFor(file, createTerminal(process, process.env));
    expect(existsSync(file)).toBe(false);
    await sink.close();
    expect(readFileSync(file).length).toBe(0);
  });

  it('goes through a named pipe as fast as it is read', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const [read] = await Promise.all([readFile(pipe), write(pipe)]);
    expect(read.equals(whole)).toBe(true);
  });

  it.each([
    ['a full disk', () => '/dev/full', ': no space left on the device (ENOSPC)'],
    ['a folder that is not there', () => join(folder, 'no/out'), ' (ENOENT)'],
    ['a folder', () => folder, ' (EISDIR)'],
  ])('says that it cannot be written: %s', async (_, file, why) => {
    await expect(write(file())).rejects.toThrow(`${file()} cannot be written${why}.`);
  });
});
