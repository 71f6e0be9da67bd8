/**
 * Make an image at a provider out of a file, read it back and compare, and delete it. Both ways it streams: the file
 * can be of any size. Only the first request says where; the others go to whoever has the image.
 *
 * usage: node examples/upload-image.mjs PROVIDER FILE
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Federation } from 'openstack-fed';

const [provider, file] = process.argv.slice(2);
if (file === undefined) {
  console.error('usage: node examples/upload-image.mjs PROVIDER FILE');
  process.exit(2);
}
const federation = await Federation.open();

async function send(request, status) {
  const answer = await federation.forward(request);
  if (answer.status !== status) throw new Error(`${answer.provider}: ${answer.status} ${await answer.text()}`);
  return answer;
}

async function digest(pieces) {
  const hash = createHash('sha256');
  for await (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
}

try {
  const json = { name: 'example', disk_format: 'raw', container_format: 'bare' };
  const made = await send({ method: 'POST', target: 'image/images', provider, json }, 201);
  const { id } = await made.json();
  const target = `image/images/${id}/file`;
  const headers = { 'Content-Type': 'application/octet-stream' };
  const up = await send({ method: 'PUT', target, headers, body: createReadStream(file) }, 204);
  up.discard();
  const down = await send({ target, headers: { Accept: '*/*' } }, 200);
  const same = (await digest(down.body)) === (await digest(createReadStream(file)));
  console.log(`image ${id} at ${down.provider}: ${same ? 'the same' : 'NOT the same'} as ${file}`);
  const gone = await send({ method: 'DELETE', target: `image/images/${id}` }, 204);
  gone.discard();
} finally {
  await federation.close();
}
