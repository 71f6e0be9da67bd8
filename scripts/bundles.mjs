/** What esbuild makes of the sources: options for its `build`, but for the folder that it builds into. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const common = {
  absWorkingDir: join(dirname(fileURLToPath(import.meta.url)), '..'),
  bundle: true,
  // What is not needed stays in chunks that are not read.
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  format: 'esm',
  platform: 'node',
  target: 'node20.18',
  legalComments: 'none',
  logLevel: 'warning',
};

/** The command line: everything in it, small. */
export const cliBundle = {
  ...common,
  entryPoints: { fed: 'src/cli/main.ts' },
  minifySyntax: true,
  minifyWhitespace: true,
  // CommonJS packages inside an ES module bundle ask for Node's modules with require.
  banner: { js: "import{createRequire as fedRequire}from'node:module';const require=fedRequire(import.meta.url);" },
};

/** The library. A program has packages of its own, which may be the same, and wants to read what it steps into. */
export const libraryBundle = {
  ...common,
  entryPoints: { index: 'src/index.ts' },
  packages: 'external',
  keepNames: true,
};
