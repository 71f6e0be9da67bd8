import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const top = join(import.meta.dirname, '..');
let copy: string;

beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), 'fed-rooms-'));
  for (const name of ['src', '.dependency-cruiser.cjs', 'tsconfig.json', 'package.json']) {
    cpSync(join(top, name), join(copy, name), { recursive: true });
  }
  symlinkSync(join(top, 'node_modules'), join(copy, 'node_modules'));
});

afterEach(() => rmSync(copy, { recursive: true, force: true }));

function cruise() {
  const program = join(top, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs');
  const { status, stdout } = spawnSync(process.execPath, [program, 'src', '--output-type', 'err'], {
    cwd: copy,
    encoding: 'utf8',
  });
  return { status, stdout };
}

describe('the check of imports', () => {
  it('finds nothing wrong in the sources, and finds wrong imports that are planted', () => {
    expect(cruise()).toMatchObject({ status: 0 });
    writeFileSync(join(copy, 'src/federation/planted.ts'), "import '../cli/words.ts';\nimport 'node:fs';\n");
    writeFileSync(join(copy, 'src/sandbox/planted.ts'), "import '../errors.ts';\n");
    const { status, stdout } = cruise();
    expect(status).not.toBe(0);
    expect(stdout).toContain('federation-imports: src/federation/planted.ts');
    expect(stdout).toContain('engine-without-node: src/federation/planted.ts');
    expect(stdout).toContain('sandbox-imports: src/sandbox/planted.ts');
  }, 120_000);
});
