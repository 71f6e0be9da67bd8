import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';

/** A directory for each test, and what the stores in it warn of. Gives a path inside it. */
export function temporaryDirectory(): {
  path(...parts: string[]): string;
  warn(message: string): void;
  warnings: string[];
} {
  let root = '';
  const warnings: string[] = [];
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'fed-store-'));
    warnings.length = 0;
  });
  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });
  return {
    path: (...parts) => join(root, ...parts),
    warn: (message) => warnings.push(message),
    warnings,
  };
}
