/**
 * Guards of what commands cost, by counts that are the same on every machine: what is loaded, and what is asked of the
 * clouds. Times are measured in bench/.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clouds, openClouds } from './e2e/clouds.ts';
import { type Place, placeFor } from './e2e/fed.ts';

const PATIENCE_MS = 60_000;

/** A file of the bundle. */
interface Chunk {
  readonly type: string;
  readonly fileName: string;
  readonly facadeModuleId: string | null;
  readonly imports: readonly string[];
  readonly moduleIds: readonly string[];
  readonly code: string;
}

async function bundled(): Promise<readonly Chunk[]> {
  const { href } = new URL('../scripts/bundles.mjs', import.meta.url);
  const { cliBundle } = (await import(href)) as {
    cliBundle(): Promise<{ generate(): Promise<{ output: readonly Chunk[] }> }>;
  };
  const { output } = await (await cliBundle()).generate();
  return output.filter(({ type }) => type === 'chunk');
}

describe('what is loaded', { timeout: PATIENCE_MS }, () => {
  let chunks: readonly Chunk[];

  beforeAll(async () => {
    chunks = await bundled();
  }, PATIENCE_MS);

  /** The files that are loaded with those of these sources. */
  function loadedBy(...sources: readonly string[]): Chunk[] {
    const loaded = new Set<Chunk>();
    for (const source of sources) {
      const chunk = chunks.find(({ moduleIds }) => moduleIds.some((id) => id.endsWith(`/${source}`)));
      expect(chunk, source).toBeDefined();
      if (chunk !== undefined) loaded.add(chunk);
    }
    for (const { imports } of loaded) {
      for (const chunk of chunks) if (imports.includes(chunk.fileName)) loaded.add(chunk);
    }
    return [...loaded];
  }

  const bytesOf = (loaded: readonly Chunk[]) => loaded.reduce((sum, { code }) => sum + code.length, 0);
  const modulesIn = (loaded: readonly Chunk[]) => loaded.flatMap(({ moduleIds }) => moduleIds);
  const packagesIn = (loaded: readonly Chunk[]) =>
    new Set(modulesIn(loaded).flatMap((id) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(id)?.[1] ?? []));

  it('for help is small, and no package', () => {
    const loaded = loadedBy('src/cli/main.ts', 'src/cli/help.ts');
    expect([...packagesIn(loaded)]).toEqual([]);
    expect(bytesOf(loaded)).toBeLessThan(75_000);
  });

  it('is ASCII: what is not takes V8 twice the memory, and milliseconds', () => {
    expect(chunks.filter(({ code }) => /[^\0-\x7f]/.test(code)).map(({ fileName }) => fileName)).toEqual([]);
  });

  it('for a warm fed volume show is five files, no more than it and its like need, and commander', () => {
    const before = loadedBy('src/cli/main.ts', 'src/cli/parse-command.ts', 'src/cli/commands/show.ts');
    const engine = ['federation/federation', 'http/sender', 'http/endpoint-guard', 'store/disk-locations'].map(
      (each) => `src/${each}.ts`,
    );
    const loaded = loadedBy('src/cli/main.ts', 'src/cli/parse-command.ts', 'src/cli/commands/show.ts', ...engine);
    expect([...packagesIn(loaded)]).toEqual(['commander']);
    expect(loaded).toHaveLength(5);
    expect(bytesOf(loaded)).toBeLessThan(410_000);
    // What asks the clouds is loaded while the key of the remembered tokens is derived, and not before.
    expect(bytesOf(before)).toBeLessThan(216_000);
    expect(modulesIn(before).filter((id) => /src\/(http|keystone)\/|federation\/federation/.test(id))).toEqual([]);
    const others = /federation\/aggregate\/|src\/(proxy|sandbox|library|launch)\/|store\/shared\//;
    expect(modulesIn(loaded).filter((id) => others.test(id))).toEqual([]);
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
    // The lists of providers and projects that were remembered, before it is said that nobody has it.
    expect(await count()).toEqual({ probe: 5, list: 5, authenticate: 1, projects: 3 });
  });
});
