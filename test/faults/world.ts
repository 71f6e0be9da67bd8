/** One front end's own clouds: what reached them is what this front end sent. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Federation } from '../../src/index.ts';
import type { Sandbox } from '../../src/sandbox/api.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import type { SandboxOptions } from '../../src/sandbox/settings.ts';
import type { FrontEnd } from './front-ends.ts';

/** Seconds that a cloud may do nothing, or take for a whole answer. */
export interface Patience {
  readonly idle: number;
}

export interface World {
  readonly sandbox: Sandbox;
  /** The volumes of each cloud, in projects that alice can use. */
  readonly volumes: Readonly<Record<string, readonly string[]>>;
  /** Those of them that no one was given to delete. */
  kept(cloud: string): readonly string[];
  /** alice's variables; her home is an empty folder. */
  env(): Record<string, string>;
  /** A volume of this cloud that no one was given before. */
  spare(cloud: string): string;
  /** Begin anew: no faults, an empty home, nothing in the logs. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

const PROVIDERS = 2;

/** Volumes of each project: each deletion takes one. */
const VOLUMES = { few: 12, many: 120 };

export async function openWorld(
  { asks }: Pick<FrontEnd, 'asks'>,
  patience: Patience,
  options: SandboxOptions = {},
  more: Record<string, string> = {},
): Promise<World> {
  const volumes = asks === 'deletion' || asks === 'all' ? VOLUMES.many : VOLUMES.few;
  const sandbox = await startSandbox({ providers: PROVIDERS, pageSize: 1000, servers: 1, volumes, ...options });
  const top = mkdtempSync(join(tmpdir(), 'fed-faults-'));
  let folder = join(top, '0');
  let count = 0;
  const spares: Record<string, string[]> = {};
  const taken = new Set<string>();
  const env = () => ({
    ...sandbox.env('alice'),
    ...more,
    PATH: process.env.PATH ?? '',
    HOME: folder,
    FED_IDLE_TIMEOUT: String(patience.idle),
    FED_ANSWER_TIMEOUT: String(patience.idle),
    FED_CONNECT_TIMEOUT: '30',
    FED_RETRIES: '1',
  });
  const owned: Record<string, string[]> = {};
  const federation = await Federation.open({ env: env(), cwd: top });
  for await (const { provider, item } of federation.list('volume')) {
    const ids = owned[provider] ?? [];
    owned[provider] = ids;
    ids.push(String(item.id));
    // The first ones are attached, or have snapshots: they cannot be deleted.
    if (/-\d{2,3}$/.test(String(item.name))) spares[provider] = [...(spares[provider] ?? []), String(item.id)];
  }
  await federation.close();
  const world: World = {
    sandbox,
    volumes: owned,
    kept: (cloud) => (owned[cloud] ?? []).filter((id) => !taken.has(id)),
    env,
    spare(cloud) {
      const id = spares[cloud]?.pop();
      if (id === undefined) throw new Error(`no volume is left at ${cloud}`);
      taken.add(id);
      return id;
    },
    async reset() {
      await sandbox.faults.clear();
      sandbox.clearRequests();
      count += 1;
      folder = join(top, String(count));
    },
    async close() {
      await sandbox.close();
      rmSync(top, { recursive: true, force: true });
    },
  };
  return world;
}
