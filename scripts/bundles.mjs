/** What is built of the sources. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { rolldown } from 'rolldown';

const top = join(dirname(fileURLToPath(import.meta.url)), '..');

const common = { cwd: top, platform: 'node', external: /^node:/ };
const commonOutput = {
  format: 'cjs',
  entryFileNames: '[name].cjs',
  minify: { mangle: false, compress: true, codegen: { removeWhitespace: true } },
};

/** What every command that asks the clouds needs is one file, with what `show` needs beyond that. */
const EVERYDAY = ['parse-command', 'commands/show'].map((module) => `src/cli/${module}.ts`);

/** Listings, and the search for a name, which is one: a resource that is shown by its id needs none of it. */
const LISTS = ['cli/commands/list', 'cli/commands/locate', 'federation/list', 'federation/name'].map(
  (module) => `src/${module}.ts`,
);

/** What asks the clouds: loaded once the configuration was found to be right (compose.ts). */
const ENGINE = ['federation/federation', 'http/sender', 'http/endpoint-guard', 'store/disk-locations'].map(
  (module) => `src/${module}.ts`,
);

/** commander starts programs only for a kind of subcommand that fed has none of; Node's module for it takes a while. */
const withoutChildProcess = {
  name: 'commander-without-child-process',
  transform: {
    filter: { id: /commander\/lib\/command\.js$/ },
    handler: (code) =>
      code.replace("require('node:child_process')", "{ get spawn() { return require('node:child_process').spawn; } }"),
  },
};

/**
 * One letter beyond ASCII makes V8 hold all of a file in two bytes for each letter, which takes milliseconds to read.
 * They stand in strings, templates and regular expressions, where an escape says the same.
 */
const inAscii = {
  name: 'in-ascii',
  generateBundle(_options, files) {
    for (const file of Object.values(files)) {
      if (file.type !== 'chunk') continue;
      if (/(?<!\\)(\\\\)*\\[^\0-\x7f]/.test(file.code))
        throw new Error(`${file.fileName} has an escaped letter beyond ASCII.`);
      file.code = file.code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
    }
  },
};

/**
 * The command line: CommonJS, as that loads sooner than ES modules and can be kept compiled on Node 20, too. Everything
 * that starting and help take is one file, what a command takes beyond that another, and the rest is in files
 * that are read only when they are used.
 *
 * @returns `generate()` for the files in memory, `write(folder)`
 */
export async function cliBundle() {
  const main = 'src/cli/main.ts';
  const bundle = await rolldown({
    ...common,
    input: { fed: main },
    plugins: [withoutChildProcess, inAscii],
    preserveEntrySignatures: 'allow-extension',
  });
  const graph = moduleGraph(await bundle.generate({ format: 'cjs' }));
  const start = graph.reachedFrom(main);
  const everyday = graph.reachedFrom(...EVERYDAY);
  const engine = graph.reachedFrom(...ENGINE);
  const lists = graph.reachedFrom(...LISTS);
  // It has a file of its own.
  for (const modules of [start, everyday, engine, lists]) modules.delete(join(top, main));
  const output = {
    ...commonOutput,
    chunkFileNames: 'chunks/[name]-[hash].cjs',
    dynamicImportInCjs: false,
    codeSplitting: {
      includeDependenciesRecursively: false,
      groups: [
        { name: 'start', test: (id) => start.has(id), priority: 4 },
        { name: 'everyday', test: (id) => everyday.has(id), priority: 3 },
        { name: 'engine', test: (id) => engine.has(id), priority: 2 },
        { name: 'lists', test: (id) => lists.has(id), priority: 1 },
      ],
    },
  };
  return {
    generate: () => bundle.generate(output),
    write: (folder) => bundle.write({ ...output, dir: folder }),
  };
}

/** What loads the command line: apart from it, as it must be small. */
export async function writeLauncher(folder) {
  const bundle = await rolldown({ ...common, input: { launch: 'src/launch/launch.ts' }, plugins: [inAscii] });
  return bundle.write({ ...commonOutput, dir: folder });
}

/** @returns the ids of all modules that are in a bundle's output */
export function modulesIn({ output }) {
  return output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
}

/** @returns of a bundle's output: the ids of the modules that are loaded with those of these source files */
function moduleGraph({ output }) {
  const chunks = new Map(output.filter(({ type }) => type === 'chunk').map((chunk) => [chunk.fileName, chunk]));
  const chunkOf = (source) => [...chunks.values()].find(({ facadeModuleId }) => facadeModuleId === join(top, source));
  return {
    reachedFrom(...sources) {
      const reached = new Set(sources.map(chunkOf));
      for (const { imports } of reached) {
        for (const name of imports) if (chunks.has(name)) reached.add(chunks.get(name));
      }
      return new Set([...reached].flatMap(({ moduleIds }) => moduleIds));
    },
  };
}

/** The library. A program has packages of its own, which may be the same, and wants to read what it steps into. */
export function writeLibrary(folder) {
  return build({
    absWorkingDir: top,
    entryPoints: { index: 'src/index.ts' },
    outdir: folder,
    bundle: true,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    packages: 'external',
    keepNames: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.18',
    legalComments: 'none',
    logLevel: 'warning',
  });
}
