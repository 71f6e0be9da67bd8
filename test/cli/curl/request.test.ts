import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { curlRequest, type RequestOptions } from '../../../src/cli/curl/request.ts';
import { createTerminal } from '../../../src/cli/terminal.ts';

const content = Buffer.from(Array.from({ length: 3 * 1024 * 1024 + 7 }, (_, at) => (at >> 10) % 251));

let file: string;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fed-request-'));
  file = join(folder, 'image');
  writeFileSync(file, content);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function request(options: Partial<RequestOptions>) {
  return curlRequest(
    { header: [], data: [], head: false, get: false, compressed: false, ...options },
    createTerminal(process, process.env),
  );
}

/** Each piece is copied before the next is asked for: its memory may serve that. */
async function sent({ body }: Awaited<ReturnType<typeof request>>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of body as AsyncIterable<Uint8Array>) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

describe('what is sent of a file', () => {
  it('is all of it, with its length announced, for -T', async () => {
    const uploading = await request({ uploadFile: file });
    expect(uploading.headers).toContainEqual(['Content-Length', `${content.length}`]);
    expect((await sent(uploading)).equals(content)).toBe(true);
  });

  it('is all of it for --data-binary, too, when it is large', async () => {
    const posting = await request({ data: [{ kind: 'binary', value: `@${file}` }] });
    expect((await sent(posting)).equals(content)).toBe(true);
  });

  it('is nothing where it is empty', async () => {
    writeFileSync(file, '');
    expect(await sent(await request({ uploadFile: file }))).toHaveLength(0);
  });

  it('is not read before it is asked for, and then said to be unreadable if it is', async () => {
    const uploading = await request({ uploadFile: file });
    rmSync(file);
    await expect(sent(uploading)).rejects.toThrow(`${file} cannot be read (ENOENT).`);
  });
});
