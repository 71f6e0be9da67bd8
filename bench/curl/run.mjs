/**
 * `node bench/curl/run.mjs [--quick]`: `fed curl` of 1 GiB, both ways, beside curl of the same from the same server. The
 * bytes come from and go to peer.mjs, which stands for home's Image service: the sandbox would be the slow part.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fed, openFederation } from '../commands/federation.mjs';
import { inTurns, once as measured } from '../commands/measure.mjs';
import { heading, ms, row } from '../commands/report.mjs';

const GIB = 1024 ** 3;
const IMAGE = '1f0e7c1a-6d0f-4c55-9b67-6d2f1d4a7c11';
const quick = process.argv.includes('--quick');

function openPeer() {
  const peer = spawn(process.execPath, [join(import.meta.dirname, 'peer.mjs')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  process.on('exit', () => peer.kill());
  return peer;
}

/** 1 GiB that takes no room on the disk. */
function sparseFile() {
  const folder = mkdtempSync(join(tmpdir(), 'fed-bench-curl-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'image');
  writeFileSync(file, '');
  truncateSync(file, GIB);
  return file;
}

const peer = openPeer();
const [port] = await once(peer.stdout.setEncoding('utf8'), 'data');
const service = `http://127.0.0.1:${Number(port)}`;
const file = sparseFile();
const federation = await openFederation('--providers', '1');
const env = { ...federation.env, OS_IMAGE_ENDPOINT_OVERRIDE: service };
const path = (bytes) => `images/${IMAGE}/file?bytes=${bytes}`;
const fedCurl = [fed, 'curl', '--provider', 'home'];
const download = (bytes) => [...fedCurl, `image/${path(bytes)}`, '-o', '/dev/null'];
// fed has its token before anything is measured.
await measured(download(1), env);
heading(quick);
for (const [way, ofFed, ofCurl] of [
  ['down', download(GIB), ['-sS', '-o', '/dev/null', `${service}/v2/${path(GIB)}`]],
  ['up', [...fedCurl, '-T', file, `image/${path(0)}`], ['-sS', '-T', file, `${service}/v2/${path(0)}`]],
]) {
  const { curl, ours, few } = await inTurns(quick ? 3 : 7, {
    curl: () => measured(ofCurl, env, 'curl'),
    ours: () => measured(ofFed, env),
    few: () => measured(download(1), env),
  });
  row(
    `fed curl of 1 GiB, ${way}`,
    `curl: ${ms(curl.wall)}`,
    `× ${(ours.wall / curl.wall).toFixed(2)} (${ms(ours.wall)}, of which one byte costs ${ms(few.wall)}); ${ours.megabytes.toFixed(0)} MB, for one byte ${few.megabytes.toFixed(0)} MB`,
    '× 1.5, memory flat',
  );
}
federation.close();
peer.kill();
