import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededContent } from '../stock/image-seeds.ts';

/** Contents up to this size are kept in memory, and so much of them altogether; others go to temporary files. */
const IN_MEMORY = 64 * 1024 * 1024;
const CHUNK = 64 * 1024;

/** What is known of uploaded content. */
export interface Digest {
  readonly size: number;
  readonly md5: string;
  readonly sha512: string;
}

/** The contents of images: uploaded ones, and those that are made from an id whenever they are read. */
export class ImageContents {
  readonly #memory = new Map<string, Buffer>();
  readonly #files = new Map<string, string>();
  #inMemory = 0;
  #directory: Promise<string> | undefined;

  /** Take what is uploaded, byte for byte. */
  async save(id: string, stream: AsyncIterable<Uint8Array>): Promise<Digest> {
    const md5 = createHash('md5');
    const sha512 = createHash('sha512');
    let size = 0;
    let held: Uint8Array[] = [];
    let file: FileHandle | undefined;
    try {
      for await (const chunk of stream) {
        md5.update(chunk);
        sha512.update(chunk);
        size += chunk.byteLength;
        if (file === undefined) held.push(chunk);
        else await file.write(chunk);
        if (file === undefined && size > IN_MEMORY - this.#inMemory) {
          file = await this.#open(id);
          for (const early of held) await file.write(early);
          held = [];
        }
      }
    } finally {
      await file?.close();
    }
    if (file === undefined) {
      this.#memory.set(id, Buffer.concat(held));
      this.#inMemory += size;
    }
    return { size, md5: md5.digest('hex'), sha512: sha512.digest('hex') };
  }

  /** The bytes from `start` up to and with `end`. */
  async *read(id: string, start: number, end: number): AsyncGenerator<Uint8Array> {
    const file = this.#files.get(id);
    if (file !== undefined) {
      yield* createReadStream(file, { start, end, highWaterMark: CHUNK });
      return;
    }
    const content = this.#memory.get(id) ?? seededContent(id);
    for (let at = start; at <= end; at += CHUNK) yield content.subarray(at, Math.min(at + CHUNK, end + 1));
  }

  async forget(id: string): Promise<void> {
    this.#inMemory -= this.#memory.get(id)?.byteLength ?? 0;
    this.#memory.delete(id);
    const file = this.#files.get(id);
    this.#files.delete(id);
    if (file !== undefined) await rm(file, { force: true });
  }

  /** Remove the temporary files. */
  async close(): Promise<void> {
    const directory = await this.#directory;
    if (directory !== undefined) await rm(directory, { recursive: true, force: true });
  }

  async #open(id: string): Promise<FileHandle> {
    this.#directory ??= mkdtemp(join(tmpdir(), 'fed-sandbox-'));
    const path = join(await this.#directory, id);
    this.#files.set(id, path);
    return open(path, 'w', 0o600);
  }
}
