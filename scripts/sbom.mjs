/**
 * Print a bill of materials (CycloneDX) of what fed is made of at run time, by package-lock.json.
 *
 * Not of this folder: `npm sbom --omit dev` leaves out what a development tool depends on, too (undici, commander).
 * So npm is given a package that has no such tools.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const top = join(dirname(fileURLToPath(import.meta.url)), '..');
const read = (file) => JSON.parse(readFileSync(join(top, file), 'utf8'));

const { devDependencies: _tools, scripts: _scripts, ...manifest } = read('package.json');
const lock = read('package-lock.json');
const packages = Object.entries(lock.packages).filter(([path, { dev }]) => path !== '' && dev !== true);
const { devDependencies: _locked, ...root } = lock.packages[''];

const temporary = mkdtempSync(join(tmpdir(), 'fed-sbom-'));
try {
  // npm names the whole after its folder.
  const folder = join(temporary, manifest.name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  writeFileSync(
    join(folder, 'package-lock.json'),
    JSON.stringify({ ...lock, packages: { '': root, ...Object.fromEntries(packages) } }),
  );
  const args = ['sbom', '--package-lock-only', '--sbom-format=cyclonedx', '--sbom-type=application'];
  const { status } = spawnSync('npm', args, { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
  process.exitCode = status ?? 1;
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
