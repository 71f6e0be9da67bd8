/**
 * `node bench/scale/costs.mjs`: what the parameters of parameters.mjs that are marked "measured here" come from. Figures of
 * one machine; those that are not of time or memory are the same everywhere.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openScene } from './scene.mjs';

const say = (line) => console.log(line);
/** Of /proc/PID/stat. */
const TICK_MS = 10;

function cpuMs(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

async function cpuOf(pid, work) {
  const before = cpuMs(pid);
  await work();
  return cpuMs(pid) - before;
}

/** An assertion as long as Keystone's, signed by the program that Keystone forks, with a key of 2048 bits. */
function signing() {
  if (spawnSync('xmlsec1', ['--version']).status !== 0) return say('xmlsec1 is not here: left out');
  const folder = mkdtempSync(join(tmpdir(), 'fed-bench-sign-'));
  const at = (name) => join(folder, name);
  const made = [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    at('key'),
    '-out',
    at('cert'),
    '-subj',
    '/CN=x',
  ];
  spawnSync('openssl', made, { stdio: 'ignore' });
  const ds = 'http://www.w3.org/2000/09/xmldsig#';
  const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#';
  const transforms = `<T Algorithm="${ds}enveloped-signature"/><T Algorithm="${exclusive}"/>`.replaceAll(
    '<T ',
    '<Transform ',
  );
  const signature = `<Signature xmlns="${ds}"><SignedInfo><CanonicalizationMethod Algorithm="${exclusive}"/><SignatureMethod Algorithm="${ds}rsa-sha1"/><Reference URI="#one"><Transforms>${transforms}</Transforms><DigestMethod Algorithm="${ds}sha1"/><DigestValue/></Reference></SignedInfo><SignatureValue/><KeyInfo><X509Data><X509Certificate/></X509Data></KeyInfo></Signature>`;
  const attributes = Array.from({ length: 6 }, () => `<Attribute>${'x'.repeat(450)}</Attribute>`).join('\n');
  writeFileSync(
    at('xml'),
    `<Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion" ID="one">${signature}${attributes}</Assertion>`,
  );
  const sign = `for i in $(seq 40); do xmlsec1 --sign --privkey-pem ${at('key')},${at('cert')} --id-attr:ID Assertion ${at('xml')} > ${at('out')} || exit 1; done`;
  const { status, stderr } = spawnSync('bash', ['-c', `TIMEFORMAT='%U %S'; time (${sign})`], { encoding: 'utf8' });
  const [user, system] = stderr.trim().split('\n').at(-1).split(' ').map(Number);
  const bytes = readFileSync(at('out')).length;
  rmSync(folder, { recursive: true });
  if (status !== 0) throw new Error(`xmlsec1: ${stderr}`);
  say(`signing ${bytes} bytes with xmlsec1: ${(((user + system) / 40) * 1000).toFixed(0)} ms of CPU`);
}

async function statsOf(port) {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.on('data', (data) => {
    text += data;
    if (text.includes('END')) socket.end();
  });
  socket.write('stats\r\n');
  await new Promise((resolve) => socket.on('close', resolve));
  return Object.fromEntries([...text.matchAll(/STAT (\w+) (\S+)/g)].map(([, name, value]) => [name, Number(value)]));
}

async function metric(url, name) {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1]);
}

/** Lets SIGUSR2 collect garbage, so that what is left is what is held. */
const collector =
  "import v8 from 'node:v8'; import vm from 'node:vm'; v8.setFlagsFromString('--expose-gc'); const collect = vm.runInNewContext('gc'); process.on('SIGUSR2', () => collect());";
const withCollector = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(collector)}` };

async function heap({ url, pid }) {
  for (let round = 0; round < 2; round += 1) {
    process.kill(pid, 'SIGUSR2');
    await sleep(500);
  }
  return metric(url, 'nodejs_heap_size_used_bytes');
}

async function proxies(providers) {
  const scene = await openScene(providers, { isShared: true });
  try {
    const one = await scene.proxy();
    const { pid } = one;
    const volume = scene.volumeAt('sp-b');
    const empty = await statsOf(scene.memcachedPort);
    const alice = await one.login('alice');
    const tokens = await statsOf(scene.memcachedPort);
    await one.list(alice);
    const all = await statsOf(scene.memcachedPort);
    const stored = tokens.bytes - empty.bytes;
    say(`${providers} providers: a home token's body ${alice.bytes} bytes`);
    say(
      `  store: ${stored} bytes in ${tokens.curr_items - empty.curr_items} values for ${providers} entries and ${providers + 1} scopes`,
    );
    const located = all.curr_items - tokens.curr_items;
    say(`  store: ${((all.bytes - tokens.bytes) / located).toFixed(0)} bytes a location (${located})`);
    for (let warm = 0; warm < 500; warm += 1) await one.show(alice, volume.id);
    const shows = await cpuOf(pid, async () => {
      for (let again = 0; again < 1000; again += 1) await one.show(alice, volume.id);
    });
    say(`  CPU: ${(shows / 1000).toFixed(2)} ms a warm request`);
    const lists = await cpuOf(pid, async () => {
      for (let again = 0; again < 20; again += 1) await one.list(alice);
    });
    say(`  CPU: ${(lists / 20 / (providers + 4)).toFixed(2)} ms for each page of a listing`);
    const logins = await cpuOf(pid, async () => {
      for (let again = 0; again < 100; again += 1) await one.login('alice');
    });
    say(`  CPU: ${(logins / 100).toFixed(2)} ms a login with everything remembered`);
    const bob = await cpuOf(pid, () => one.login('bob'));
    const carol = await cpuOf(pid, () => one.login('carol'));
    say(`  CPU: ${((bob + carol) / 2 / providers).toFixed(2)} ms for each provider that does not know a user`);
  } finally {
    await scene.close();
  }
}

/** What a proxy holds for each token of home's: 20,000 of them at most (MAX_TOKENS, src/proxy/front.ts). */
async function held(providers, logins) {
  const scene = await openScene(providers, { isShared: false });
  try {
    const proxy = await scene.proxy({ env: withCollector });
    const { bytes } = await proxy.login('alice');
    await scene.settledRequests();
    const several = async () => {
      for (let login = 0; login < logins; login += 1) await proxy.login('alice');
      return heap(proxy);
    };
    const first = await several();
    const second = await several();
    say(
      `${providers} providers: ${bytes} bytes a login's answer, ${((second - first) / logins / 1000).toFixed(1)} kB held for each token`,
    );
  } finally {
    await scene.close();
  }
}

say(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}`);
signing();
for (const providers of [10, 100]) await proxies(providers);
for (const providers of [10, 300, 1000]) await held(providers, 100);
