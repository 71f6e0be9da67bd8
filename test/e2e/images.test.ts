import { createHash } from 'node:crypto';
import { closeSync, createReadStream, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onTestbed } from '../contract/target.ts';
import { type Clouds, openClouds } from './clouds.ts';
import { type Place, placeFor } from './fed.ts';

/** MiB. The real clouds get the whole size that is promised; the sandbox runs in every npm test. */
const SIZE = onTestbed ? 1024 : 200;
/** MiB: what a process may use however large the body is. */
const MEMORY = 150;

let clouds: Clouds;
let alice: Place;

beforeAll(async () => {
  clouds = await openClouds();
  alice = placeFor(clouds.env('alice'));
});

afterAll(async () => {
  alice.remove();
  await clouds.close();
});

async function digest(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/** A file whose blocks are all different. */
function bigFile(path: string): void {
  const file = openSync(path, 'w');
  const block = Buffer.alloc(1024 * 1024, 'fed');
  for (let at = 0; at < SIZE; at += 1) {
    block.writeUInt32BE(at, 0);
    writeSync(file, block);
  }
  closeSync(file);
}

describe('an image that is larger than memory is meant to be', () => {
  it('goes up and comes back the same, streaming', async () => {
    const [up, back, hook, peak] = ['up.raw', 'back.raw', 'hook.cjs', 'peak'].map((name) =>
      join(alice.folder, name),
    ) as [string, string, string, string];
    bigFile(up);
    const { writeFileSync } = await import('node:fs');
    writeFileSync(
      hook,
      `process.on('exit', () => require('node:fs').writeFileSync(process.env.PEAK, String(process.resourceUsage().maxRSS)));`,
    );
    const env = { NODE_OPTIONS: `--require ${hook}`, PEAK: peak };
    const meta = JSON.stringify({ name: 'fed-e2e', disk_format: 'raw', container_format: 'bare' });
    const created = await alice.run(['curl', '-sf', '--provider', 'sp-b', '-d', meta, 'image/v2/images']);
    const { id } = JSON.parse(created.stdout) as { id: string };
    try {
      const sent = await alice.run(['curl', '-f', '-T', up, `image/v2/images/${id}/file`], { env });
      expect(sent).toMatchObject({ code: 0, stderr: '' });
      expect(Number(readFileSync(peak, 'utf8')) / 1024).toBeLessThan(MEMORY);
      const got = await alice.run(['curl', '-f', '-o', back, `image/v2/images/${id}/file`], { env });
      expect(got).toMatchObject({ code: 0, stderr: '' });
      expect(Number(readFileSync(peak, 'utf8')) / 1024).toBeLessThan(MEMORY);
      expect(await digest(back)).toBe(await digest(up));
    } finally {
      expect((await alice.run(['curl', '-f', '-X', 'DELETE', `image/v2/images/${id}`])).code).toBe(0);
    }
  }, 300_000);
});
