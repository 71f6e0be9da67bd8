#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import module from 'node:module';

if (process.argv.length === 3 && process.argv[2] === '--version') {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  process.stdout.write(`fed ${version}\n`);
} else {
  // Node 22 and later keep compiled code between runs.
  module.enableCompileCache?.();
  const { run } = await import('../dist/fed.js');
  await run();
}
