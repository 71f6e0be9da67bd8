import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { services } from '../../src/services/index.ts';

const source = join(import.meta.dirname, '..', '..', 'src');
const names = services.flatMap(({ type, aliases }) => [type, ...aliases]).join('|');

function found(folder: string, pattern: RegExp): string[] {
  const files = readdirSync(join(source, folder), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  expect(files).not.toEqual([]);
  return files.flatMap((name) =>
    [...readFileSync(join(source, folder, name), 'utf8').matchAll(pattern)].map(
      ([text]) => `${folder}/${name}: ${text}`,
    ),
  );
}

/** What differs between services is in their descriptions: a name in the code is a rule that they do not tell. */
it.each(['federation', 'keystone', 'proxy', 'library'])('%s decides nothing by the name of a service', (folder) => {
  expect(found(folder, new RegExp(`(?:[!=]==? |\\bcase )['"\`](?:${names})['"\`]`, 'g'))).toEqual([]);
});
