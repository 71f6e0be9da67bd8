/**
 * What a process did, in millions of instructions: counted by valgrind, and so the same from run to run, whatever else
 * the machine does. Of its main thread by kind of work, and of all threads together.
 *
 * usage: node bench/profiles/instructions.mjs COMMAND ARGUMENT…     such as: node bin/fed.js volume show ID
 *
 * Run the command some times before, so that its code is compiled and its tokens are there.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** By the names of functions. The first that fits counts. */
const KINDS = [
  // Node looks for a random prime at each start, sooner or later.
  ['(at random)', /sprp/],
  ['heap from the snapshot, compiled code', /Deserial|adler|CodeSerial|PostProcess|StringTable|RawHash/],
  ['regular expressions', /RegExp|icu_|Trie|CharacterRange|TextNode/],
  [
    'compiling',
    /Parser|Scanner|interpreter::|Ast|Compil|Scope|Zone|SourcePosition|Bytecode|Utf16Char|BuiltinLoader|FunctionLiteral/,
  ],
  ['collecting garbage', /Scaveng|Heap::|Mark|Sweep|Collector|Barrier|Space|Factory/],
  ['running', /Builtins_|IC::|LookupIterator|Runtime_|Map::|JSObject|Feedback|Transition|Descriptor|Object::|String::/],
  ['OpenSSL', /ossl|OPENSSL|EVP|CRYPTO|BIO|X509|ASN1|RAND/],
];

const folder = mkdtempSync(join(tmpdir(), 'fed-instructions-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

function run(program, args) {
  const { error, status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (error?.code === 'ENOENT') throw new Error(`${program} is missing. On Debian: apt-get install valgrind`);
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr}`);
  return stdout;
}

/** @returns instructions of the threads of a file, by function */
function* functionsIn(file) {
  for (const line of run('callgrind_annotate', ['--threshold=100', file]).split('\n')) {
    const [, count, name] = /^ *([\d,]+) \( *[\d.]+%\) {2}(.*)$/.exec(line) ?? [];
    if (count !== undefined && !name.startsWith('PROGRAM')) yield [name, Number(count.replaceAll(',', ''))];
  }
}

run('valgrind', [
  '--tool=callgrind',
  '--separate-threads=yes',
  `--callgrind-out-file=${join(folder, 'out')}`,
  ...process.argv.slice(2),
]);
const sums = new Map(KINDS.map(([kind]) => [kind, 0]));
let all = 0;
for (const file of readdirSync(folder).filter((name) => /-\d+$/.test(name))) {
  const isMain = file.endsWith('-01');
  for (const [name, count] of functionsIn(join(folder, file))) {
    const kind = KINDS.find(([, pattern]) => pattern.test(name))?.[0] ?? 'other';
    if (isMain) sums.set(kind, (sums.get(kind) ?? 0) + count);
    all += count;
  }
}
const millions = (count) => (count / 1e6).toFixed(1).padStart(7);
const chance = sums.get('(at random)');
sums.delete('(at random)');
for (const [kind, count] of sums) process.stdout.write(`${millions(count)}  ${kind}\n`);
const main = [...sums.values()].reduce((sum, count) => sum + count, 0);
process.stdout.write(`${millions(main)}  the main thread\n${millions(all - chance)}  all threads\n`);
