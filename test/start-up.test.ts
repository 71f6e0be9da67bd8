/**
 * Guards of what commands cost, by counts that are the same on every machine: what is loaded, and what is asked of the
 * clouds. Times are measured in bench/.
 */
import { type BuildOptions, build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clouds, openClouds } from './e2e/clouds.ts';
import { type Place, placeFor } from './e2e/fed.ts';

const PATIENCE_MS = 60_000;

interface Output {
  readonly imports: ReadonlyArray<{ readonly path: string; readonly kind: string }>;
  readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>>;
  readonly entryPoint?: string;
}

/** The sources that a command loads before it does anything, with their bytes in the bundle. */
async function loadedBy(...entries: readonly string[]): Promise<Map<string, number>> {
  const { href } = new URL('../scripts/bundles.mjs', import.meta.url);
  const { cliBundle } = (await import(href)) as { cliBundle: BuildOptions };
  const { metafile } = await build({ ...cliBundle, outdir: 'unwritten', write: false, metafile: true });
  const outputs: Readonly<Record<string, Output>> = metafile.outputs;
  const loaded = new Map<string, number>();
  const seen = new Set<string>();
  const walk = (path: string) => {
    const output = outputs[path];
    if (output === undefined || seen.has(path)) return;
    seen.add(path);
    for (const [source, { bytesInOutput }] of Object.entries(output.inputs)) loaded.set(source, bytesInOutput);
    for (const each of output.imports) if (each.kind === 'import-statement') walk(each.path);
  };
  for (const entry of entries) {
    const path = Object.keys(outputs).find((each) => outputs[each]?.entryPoint === entry);
    expect(path, entry).toBeDefined();
    walk(path ?? '');
  }
  return loaded;
}

const bytesOf = (loaded: Map<string, number>) => [...loaded.values()].reduce((sum, bytes) => sum + bytes, 0);
const packagesIn = (loaded: Map<string, number>) =>
  new Set([...loaded.keys()].flatMap((source) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? []));

describe('what is loaded', { timeout: PATIENCE_MS }, () => {
  it('by fed itself is small, and commander is its only package', async () => {
    const loaded = await loadedBy('src/cli/main.ts');
    expect([...packagesIn(loaded)]).toEqual(['commander']);
    expect(bytesOf(loaded)).toBeLessThan(130_000);
  });

  it('by a warm fed volume show is no more than it needs', async () => {
    const loaded = await loadedBy('src/cli/main.ts', 'src/cli/commands/show.ts');
    expect([...packagesIn(loaded)]).toEqual(['commander']);
    expect(bytesOf(loaded)).toBeLessThan(360_000);
    expect([...loaded.keys()].filter((source) => /aggregate|proxy\/|sandbox|library|shared\//.test(source))).toEqual(
      [],
    );
  });
});

describe('what is asked', () => {
  let clouds: Clouds;
  let alice: Place;

  beforeAll(async () => {
    clouds = await openClouds();
    alice = placeFor(clouds.env('alice'));
  }, PATIENCE_MS);

  afterAll(async () => {
    alice.remove();
    await clouds.close();
  });

  it("of the clouds for an unknown id, cold and warm, is the protocol's minimum", {
    timeout: PATIENCE_MS,
  }, async () => {
    const unknown = '00000000-0000-4000-8000-000000000000';
    const count = async () => {
      const { code, requests } = await alice.run(['volume', 'show', unknown]);
      expect(code).toBe(4);
      const steps: Record<string, number> = {};
      for (const { step } of requests) steps[step] = (steps[step] ?? 0) + 1;
      return steps;
    };
    const cold = {
      authenticate: 1,
      // Of each of three providers…
      assertion: 3,
      present: 3,
      'federated-token': 3,
      projects: 3,
      // …and of each project there: one of them gives two.
      scope: 4,
      probe: 5,
      // What nobody has by this id may have it for a name.
      list: 5,
    };
    expect(await count()).toEqual(cold);
    expect(await count()).toEqual({ probe: 5, list: 5 });
  });
});
