import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { page } from './page.ts';

const file = join(import.meta.dirname, '../../docs/faults.md');

it('docs/faults.md says what the matrix is checked by; npm run docs:faults makes it so', () => {
  if (process.env.FED_WRITE_FAULTS === '1') writeFileSync(file, page());
  expect(readFileSync(file, 'utf8')).toBe(page());
});
