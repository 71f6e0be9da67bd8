/**
 * The declarations of the library, into dist/types: src/index.ts and what it needs, and nothing of what is behind it.
 * `npm pack` makes them. Each file is looked at by itself, which is quick; that all fits is what `npm test` checks.
 *
 * usage: node scripts/types.mjs [FOLDER]     FOLDER: instead of dist/types
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const top = join(dirname(fileURLToPath(import.meta.url)), '..');
const into = process.argv[2] ?? join(top, 'dist/types');

const { config } = ts.readConfigFile(join(top, 'tsconfig.json'), ts.sys.readFile);
const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, top);
const compilerOptions = {
  ...options,
  noEmit: false,
  declaration: true,
  isolatedDeclarations: true,
  stripInternal: true,
};

const RELATIVE = /(\bfrom\s+|\bimport\(|\bimport\s+)(['"])(\.{1,2}\/[^'"]+)\.ts\2/g;

/** TypeScript gives methods with a symbol for a name twice when it looks at one file: as a property, too. */
const PROPERTY_OF_METHOD = /^ +\[Symbol\.\w+\]: \(\) => .*;\n/gm;

rmSync(into, { recursive: true, force: true });
const wanted = ['index'];
for (const name of wanted) {
  const fileName = join(top, 'src', `${name}.ts`);
  const { outputText, diagnostics } = ts.transpileDeclaration(readFileSync(fileName, 'utf8'), {
    fileName,
    compilerOptions,
    reportDiagnostics: true,
  });
  if (diagnostics.length > 0) {
    const host = { getNewLine: () => '\n', getCanonicalFileName: String, getCurrentDirectory: () => top };
    process.stderr.write(ts.formatDiagnostics(diagnostics, host));
    process.exit(1);
  }
  for (const [, , , path] of outputText.matchAll(RELATIVE)) {
    const other = join(dirname(name), path);
    if (!wanted.includes(other)) wanted.push(other);
  }
  const file = join(into, `${name}.d.ts`);
  mkdirSync(dirname(file), { recursive: true });
  // TypeScript leaves the endings of imports in declarations as they are.
  writeFileSync(file, outputText.replaceAll(RELATIVE, '$1$2$3.js$2').replaceAll(PROPERTY_OF_METHOD, ''));
}
