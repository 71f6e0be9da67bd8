/**
 * Make a checkout ready to use: packages installed as the lock file says, and the program built. Quick when that is
 * already so.
 *
 * usage: node scripts/ready.mjs [--build]     --build: build even if nothing changed
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const top = join(dirname(fileURLToPath(import.meta.url)), '..');
const marks = join(top, 'node_modules', '.fed');

function digest(files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(file).update(readFileSync(join(top, file)));
  return hash.digest('hex');
}

function isDone(name, key) {
  const file = join(marks, name);
  return existsSync(file) && readFileSync(file, 'utf8') === key;
}

function done(name, key) {
  mkdirSync(marks, { recursive: true });
  writeFileSync(join(marks, name), key);
}

function install() {
  const key = digest(['package.json', 'package-lock.json']);
  if (isDone('installed', key)) return;
  process.stderr.write('Installing packages…\n');
  // Not `npm ci`: it refuses a lock file when a registry lacks optional packages of other platforms.
  const { status } = spawnSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: top,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) process.exit(status ?? 1);
  done('installed', key);
}

function filesIn(folder) {
  return readdirSync(join(top, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(top.length + 1))
    .sort();
}

async function build(force) {
  const scripts = ['scripts/ready.mjs', 'scripts/bundles.mjs', 'scripts/notice.mjs', ...filesIn('scripts/licenses')];
  const key = digest(['package.json', 'package-lock.json', ...scripts, ...filesIn('src')]);
  if (!force && existsSync(join(top, 'dist/fed.cjs')) && isDone('built', key)) return;
  // Not before the packages are there.
  const { cliBundle, modulesIn, writeLauncher, writeLibrary } = await import('./bundles.mjs');
  const { noticeOf } = await import('./notice.mjs');
  // Built beside the old one, which programs that run now may still load from, and then put in its place.
  const fresh = `dist.${process.pid}`;
  const [commands, launcher] = await Promise.all([
    cliBundle().then((bundle) => bundle.write(join(top, fresh))),
    writeLauncher(join(top, fresh)),
    // It has no packages in it: a program installs them.
    writeLibrary(`${fresh}/library`),
  ]);
  writeFileSync(join(top, fresh, 'NOTICE.txt'), noticeOf([...modulesIn(commands), ...modulesIn(launcher)]));
  const old = `dist.${process.pid}.old`;
  if (existsSync(join(top, 'dist'))) renameSync(join(top, 'dist'), join(top, old));
  renameSync(join(top, fresh), join(top, 'dist'));
  rmSync(join(top, old), { recursive: true, force: true });
  done('built', key);
}

install();
await build(process.argv.includes('--build'));
