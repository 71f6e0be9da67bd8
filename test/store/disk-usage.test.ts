import { mkdirSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { diskUsage } from '../../src/store/disk-usage.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const { path } = temporaryDirectory();

it('counts the files of a directory and all below it, and their bytes', async () => {
  mkdirSync(path('a', 'b'), { recursive: true });
  writeFileSync(path('one'), 'x'.repeat(10));
  writeFileSync(path('a', 'b', 'two'), 'x'.repeat(5));
  expect(await diskUsage(path())).toEqual({ files: 2, bytes: 15 });
});

it('is nothing where nothing is kept yet', async () => {
  expect(await diskUsage(path('absent'))).toEqual({ files: 0, bytes: 0 });
});
