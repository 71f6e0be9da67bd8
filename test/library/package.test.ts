/** The package as a program has it: what package.json exports, with declarations, in a folder of its own. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import undici from '../../node_modules/undici/package.json' with { type: 'json' };
import manifest from '../../package.json' with { type: 'json' };

const top = join(import.meta.dirname, '../..');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fed-package-'));
  const installed = join(folder, 'node_modules', manifest.name);
  cpSync(join(top, 'dist/library'), join(installed, 'dist/library'), { recursive: true });
  cpSync(join(top, 'package.json'), join(installed, 'package.json'));
  const made = run('scripts/types.mjs', [join(installed, 'dist/types')], top);
  expect(made).toEqual({ status: 0, stdout: '', stderr: '' });
  for (const name of [...Object.keys(manifest.dependencies), '@types/node', 'undici-types']) {
    mkdirSync(dirname(join(folder, 'node_modules', name)), { recursive: true });
    symlinkSync(join(top, 'node_modules', name), join(folder, 'node_modules', name));
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', type: 'module' }));
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(program: string, args: readonly string[], cwd = folder) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    cwd,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: folder },
  });
  return { status, stdout, stderr };
}

const CONSUMER = `
import {
  type ExchangeEvent, FedError, Federation, federate, type Item, type ListedResource, openSharedMemory, PartialError,
  type ResourceTypeName, type Unsaid,
} from 'openstack-fed';
import { Agent, setGlobalDispatcher } from 'undici';

await using first: Federation = await Federation.open({ cloud: 'research' });
const memory = await openSharedMemory({ url: 'redis://127.0.0.1', keyText: 'secret' });
const second = await Federation.open({
  authUrl: 'https://keystone.example:5000/v3', username: 'ada', password: 'secret', projectName: 'research',
  memory, skip: ['sp-c'], onRequest: (event: ExchangeEvent) => void event.purpose.provider, onWarning: (text: string) => void text,
});
await Federation.open({ authUrl: 'https://keystone.example', token: () => Promise.resolve('token') });
const type: ResourceTypeName = 'floating-ip';
const names: string[] = [];
for await (const { item, provider, project } of first.list(type, { query: { status: 'ACTIVE' } })) {
  names.push(String(item.name), provider, project.id);
}
const listing: AsyncIterable<ListedResource> = second.list('volume', { onMissing: (each: Unsaid) => void each.reason });
void listing;
const item: Item = (await first.show('server', 'id', { signal: AbortSignal.timeout(1000) })).item;
const answer = await first.forward({ target: 'image/images', body: new Blob(['x']).stream(), headers: new Headers() });
for await (const chunk of answer.body) void (chunk.byteLength + answer.status);
setGlobalDispatcher(new Agent().compose(federate(first, { aggregate: true }), federate({ cloud: 'research' })));
try {
  await first.scopes();
} catch (error) {
  if (error instanceof PartialError) names.push(...error.unsaid.map(({ provider }) => provider));
  if (error instanceof FedError) names.push(error.code, error.hint ?? '');
}
void item;
// @ts-expect-error: there is no such type
first.list('wolume');
// @ts-expect-error: the one or the other
Federation.open({ authUrl: 'https://keystone.example', cloud: 'research' });
// @ts-expect-error: federations are opened
new Federation();
// @ts-expect-error: what is behind a federation is not for programs
import { composedOf } from 'openstack-fed';
`;

describe('the package in a program', () => {
  it('compiles in the strictest way, with declarations checked, too', () => {
    writeFileSync(join(folder, 'consumer.ts'), CONSUMER);
    const compilerOptions = {
      ...{ target: 'ES2022', lib: ['ES2023', 'ESNext.Disposable'], module: 'NodeNext', types: ['node'], noEmit: true },
      ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, skipLibCheck: false },
      ...{ verbatimModuleSyntax: true, isolatedModules: true },
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['consumer.ts'] }));
    const compiled = run(join(top, 'node_modules/typescript/bin/tsc'), ['-p', '.']);
    expect(compiled).toEqual({ status: 0, stdout: '', stderr: '' });
  }, 240_000);

  it('prints nothing and starts nothing when it is imported', () => {
    const program = `
      const { Federation, federate, NotFoundError } = await import('openstack-fed');
      const open = await Federation.open({ authUrl: 'http://127.0.0.1:1/v3', username: 'x', password: 'x' });
      federate(open);
      if (Federation.name !== 'Federation' || NotFoundError.name !== 'NotFoundError') process.exit(3);
      if (process.getActiveResourcesInfo().some((each) => !/Pipe|TTY|CloseReq/.test(each))) process.exit(4);
    `;
    writeFileSync(join(folder, 'imports.mjs'), program);
    expect(run('imports.mjs', [])).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  it('exports nothing else', () => {
    writeFileSync(join(folder, 'inside.mjs'), "await import('openstack-fed/dist/library/index.js');\n");
    expect(run('inside.mjs', []).stderr).toContain('ERR_PACKAGE_PATH_NOT_EXPORTED');
  });
});

interface Bundled {
  readonly output: readonly { readonly moduleIds?: readonly string[] }[];
}

/** A script, as JavaScript has no types. */
function script<T>(name: string): Promise<T> {
  return import(new URL(`../../scripts/${name}.mjs`, import.meta.url).href) as Promise<T>;
}

describe('what the package has of others', { timeout: 120_000 }, () => {
  let bundled: readonly string[];
  let noticeOf: (ids: readonly string[]) => string;

  /** `NAME VERSION` of each package of which the commands have a module. */
  beforeAll(async () => {
    ({ noticeOf } = await script<{ noticeOf: typeof noticeOf }>('notice'));
    const { cliBundle } = await script<{ cliBundle(): Promise<{ generate(): Promise<Bundled> }> }>('bundles');
    const { output } = await (await cliBundle()).generate();
    const folders = output
      .flatMap(({ moduleIds = [] }) => moduleIds)
      .filter((id) => id.includes('/node_modules/'))
      .map((id) => id.replace(/(.*\/node_modules\/(@[^/]+\/)?[^/]+)\/.*/, '$1'));
    bundled = [...new Set(folders)].map((folder) => {
      const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as typeof manifest;
      return `${name} ${version}`;
    });
  }, 120_000);

  it('is named in NOTICE.txt with its licence, and nothing else is', () => {
    const sections = readFileSync(join(top, 'dist/NOTICE.txt'), 'utf8').split(/^-{80}$/m);
    const [, ...licensed] = sections.map((section) => section.trim().split('\n\n'));
    const named = licensed.flatMap(([names = '']) => names.split('\n').map((name) => name.replace(/ \([^)]*\)$/, '')));
    const added = [named.find((name) => name.startsWith('rolldown ')), `llhttp, in undici ${undici.version}`];
    expect(named.sort()).toEqual([...bundled, ...added].sort());
    expect(bundled).toEqual(expect.arrayContaining(['chalk', 'commander', 'undici'].map(startingWith)));
    for (const [names, ...text] of licensed) expect(text.join('\n\n'), names).toMatch(/copyright/i);
  });

  it('ends the build where a package has no licence', () => {
    const own = join(folder, 'node_modules', 'unlicensed');
    mkdirSync(own, { recursive: true });
    writeFileSync(join(own, 'package.json'), JSON.stringify({ name: 'unlicensed', version: '1.2.3' }));
    expect(() => noticeOf([join(own, 'index.js')])).toThrow('unlicensed 1.2.3 has no licence file');
  });

  it('is in the bill of materials, and no development tool is', () => {
    const { stdout } = spawnSync('npm', ['run', '--silent', 'sbom'], { cwd: top, encoding: 'utf8' });
    const { components } = JSON.parse(stdout) as { components: readonly (typeof manifest)[] };
    const parts = components.map(({ name, version }) => `${name} ${version}`);
    expect(bundled.filter((each) => !parts.includes(each))).toEqual([]);
    expect(parts.filter((each) => /^(vitest|rolldown|typescript) /.test(each))).toEqual([]);
  });
});

function startingWith(name: string) {
  return expect.stringMatching(`^${name} `);
}
