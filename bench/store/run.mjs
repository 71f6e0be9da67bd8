/**
 * `node bench/store/run.mjs [--quick]`: what remembering costs, against other ways of doing it.
 *
 * Every figure is a median, of runs that take turns in one go, and is to be compared with the figures beside it and not
 * with those of another machine. Contenders that are no dependency of this package are installed into a temporary
 * folder; one that cannot be had is left out, and that is said.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { readingCosts, tokenCosts } from './tokens.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const quick = process.argv.includes('--quick');
const sizes = quick ? [10, 1000, 100_000] : [10, 1000, 100_000, 1_000_000];
const rounds = quick ? 7 : 15;
const folder = mkdtempSync(join(tmpdir(), 'fed-bench-store-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const { NODE_EXTRA_CA_CERTS: _slow, ...env } = process.env;

function prepare() {
  for (const file of ['child', 'contenders', 'entries', 'listing'])
    cpSync(join(here, `${file}.mjs`), join(folder, `${file}.mjs`));
  for (const [file, sources] of [
    ['locations', ['disk-locations']],
    ['tokens', ['disk-tokens', 'local-key', 'token-key']],
  ]) {
    buildSync({
      stdin: {
        contents: sources.map((source) => `export * from './${source}.ts';`).join('\n'),
        resolveDir: join(here, '..', '..', 'src', 'store'),
      },
      outfile: join(folder, `${file}.mjs`),
      bundle: true,
      minify: true,
      platform: 'node',
      format: 'esm',
    });
  }
  writeFileSync(join(folder, 'package.json'), '{"private": true}');
}

/** Those of the packages that could be installed. */
function install(packages) {
  return packages.filter((name) => {
    const options = { cwd: folder, env, stdio: 'ignore', timeout: 180_000 };
    const { status } = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel=silent', name], options);
    if (status !== 0) say(`(${name} could not be installed here within three minutes: left out)`);
    return status === 0;
  });
}

function say(line) {
  process.stdout.write(`${line}\n`);
}

function median(values) {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Run a process to its end: how long that took, and the processor time that it says it needed. */
function runChild(...args) {
  const start = performance.now();
  const out = execFileSync(process.execPath, ['child.mjs', ...args.map(String)], {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  return { wall: performance.now() - start, cpu: Number(out) };
}

function bytesIn(directory) {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((found) => found.isFile())
    .reduce((sum, found) => sum + statSync(join(found.parentPath, found.name)).size, 0);
}

/** @param cases by name, functions that run a process; they take turns */
function sideBySide(cases, times) {
  const runs = new Map(Object.keys(cases).map((name) => [name, []]));
  for (const run of Object.values(cases)) run();
  for (let round = 0; round < times; round += 1) {
    for (const [name, run] of Object.entries(cases)) runs.get(name)?.push(run());
  }
  return new Map(
    [...runs].map(([name, all]) => [
      name,
      { wall: median(all.map(({ wall }) => wall)), cpu: median(all.map(({ cpu }) => cpu)) },
    ]),
  );
}

function over(costs, name) {
  const [base, cost] = [costs.get('nothing'), costs.get(name)];
  if (base === undefined || cost === undefined) return '–';
  const more = (key) => (cost[key] - base[key]).toFixed(1);
  return `+ ${more('wall')} (× ${(cost.wall / base.wall).toFixed(2)}), cpu + ${more('cpu')}`;
}

/** More than this in `recent` is moved to the shards (src/store/disk-locations.ts). */
const RECENT_BYTES = 32 * 1024;

/** So many new lines, with a header before them, that the next put begins to move them. */
function nearlyTooMuch() {
  const lines = ['fed locations 1'];
  for (let bytes = 0; bytes < RECENT_BYTES - 50; bytes += lines.at(-1).length + 1) {
    lines.push(`["${crypto.randomUUID()}","server","sp-a","0123456789abcdef0123456789abcdef"]`);
  }
  return lines;
}

/** Have everything in the shards that the filling has left elsewhere. */
function settleAll(directory) {
  writeFileSync(join(directory, 'recent'), `${nearlyTooMuch().join('\n')}\n`, { flag: 'a' });
  do runChild('put', 'shards', directory);
  while (existsSync(join(directory, 'retired')));
}

/** The cases in which a put moves lines to the shards: it begins, it goes on, and some shards are to be written anew. */
function movingCases(directory) {
  const lines = nearlyTooMuch();
  const [recent, retired] = [join(directory, 'recent'), join(directory, 'retired')];
  const put = (full, other) => () => {
    rmSync(other, { force: true });
    writeFileSync(full, `${lines.join('\n')}\n`);
    return runChild('put', 'shards', directory);
  };
  const goOn = put(retired, recent);
  return {
    [`put that begins to move ${lines.length - 1} lines to the shards`]: put(recent, retired),
    'put that goes on with it': goOn,
    'the same, with shards to be written anew': () => {
      markAsOutgrown(join(directory, 'shards'));
      return goOn();
    },
  };
}

function markAsOutgrown(shards) {
  for (const name of readdirSync(shards).slice(0, 8)) {
    const content = readFileSync(join(shards, name), 'latin1');
    writeFileSync(join(shards, name), content.replace(/^.*/, 'fed locations 1 1'), 'latin1');
  }
}

function locations(contenders) {
  say(`\n## One location read or written by a fresh process, over the same process without it (ms)\n`);
  say(
    `Medians of ${rounds} runs; "nothing" is the process that does neither. In brackets the whole process's ratio.\n`,
  );
  say('| entries | nothing | store | loading its code | loading and get | loading and put | bytes an entry |');
  say('|---|---|---|---|---|---|---|');
  for (const size of sizes) {
    for (const contender of contenders) {
      // It writes its whole file for each change: a million entries take minutes.
      if (contender === 'conf' && size > 100_000) {
        say(`| ${size} | | conf | not waited for | | | |`);
        continue;
      }
      const times = contender === 'conf' && size === 100_000 ? 3 : rounds;
      const directory = join(folder, `${contender}-${size}`);
      runChild('fill', contender, directory, size);
      const bytes = bytesIn(directory) / size;
      const cases = {
        nothing: () => runChild('nothing'),
        load: () => runChild('load', contender),
        get: () => runChild('get', contender, directory, size),
        put: () => runChild('put', contender, directory, size),
      };
      if (contender === 'shards') settleAll(directory);
      const costs = sideBySide(cases, times);
      const base = costs.get('nothing');
      const row = [over(costs, 'load'), over(costs, 'get'), over(costs, 'put'), bytes.toFixed(0)];
      say(`| ${size} | ${base?.wall.toFixed(0)} | ${contender} | ${row.join(' | ')} |`);
      if (contender === 'shards' && size >= 100_000) {
        const moving = movingCases(directory);
        const moves = sideBySide({ nothing: cases.nothing, ...moving }, times);
        for (const name of Object.keys(moving)) say(`| ${size} | | shards | | | ${name}: ${over(moves, name)} | |`);
      }
      rmSync(directory, { recursive: true, force: true });
    }
  }
}

function listing() {
  say('\n## A listing of 50,000 rows of 1.4 kB, remembered in pages\n');
  say('Per row, and as a ratio to the processor time of `JSON.parse` of the same pages in the same process.\n');
  say(
    '| rows a page | JSON.parse, µs cpu | first time | again, all known | file operations first / again |\n|---|---|---|---|---|',
  );
  for (const page of [1000, 5000]) {
    const run = (mode) => {
      const directory = join(folder, 'listing');
      rmSync(directory, { recursive: true, force: true });
      return JSON.parse(
        execFileSync(process.execPath, ['listing.mjs', directory, String(page), mode], {
          cwd: folder,
          env,
          encoding: 'utf8',
        }),
      );
    };
    const runs = Array.from({ length: quick ? 3 : 7 }, () => run('measure'));
    const counted = run('count');
    const of = (key) => median(runs.map((each) => each[key].cpu));
    const cell = (key) =>
      `${(of(key) / 50).toFixed(1)} µs cpu, × ${(of(key) / of('parse')).toFixed(2)}; ${median(runs.map((each) => each[key].wall)).toFixed(0)} ms wall in all`;
    say(
      `| ${page} | ${(of('parse') / 50).toFixed(1)} | ${cell('first')} | ${cell('again')} | ${counted.first.calls} / ${counted.again.calls} |`,
    );
  }
}

say(`# Remembering, measured\n\nNode ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}.`);
prepare();
locations(['shards', ...install(['lmdb@3', 'libsql', 'conf@15']).map((name) => name.split('@')[0] ?? name)]);
listing();
tokenCosts(say, folder, env, quick ? 7 : 15);
readingCosts(say, folder, env, quick ? 15 : 31);
