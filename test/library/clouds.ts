/** A sandbox for the tests of the library, and federations on it that are closed after each test. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { type ConfiguredOptions, Federation } from '../../src/index.ts';
import type { Sandbox } from '../../src/sandbox/api.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';

export interface LibraryClouds {
  readonly sandbox: Sandbox;
  /** An empty folder that is everybody's home. */
  readonly folder: string;
  /** alice's federation, from the environment. */
  open(options?: ConfiguredOptions): Promise<Federation>;
  env(user?: string): Record<string, string>;
  /** `METHOD path` of the requests that a cloud got. */
  log(cloud: string): string[];
  /** How many requests all clouds got. */
  total(): number;
}

export function useClouds(): LibraryClouds {
  let sandbox: Sandbox;
  let folder: string;
  const opened: Federation[] = [];
  beforeAll(async () => {
    sandbox = await startSandbox({ providers: 3 });
    folder = mkdtempSync(join(tmpdir(), 'fed-library-'));
  });
  afterEach(async () => {
    await sandbox.faults.clear();
    for (const each of opened.splice(0)) await each.close();
  });
  afterAll(async () => {
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const env = (user = 'alice') => ({ ...sandbox.env(user), HOME: folder });
  return {
    get sandbox() {
      return sandbox;
    },
    get folder() {
      return folder;
    },
    env,
    async open(options = {}) {
      const federation = await Federation.open({ env: env(), cwd: folder, retries: 0, ...options });
      opened.push(federation);
      sandbox.clearRequests();
      return federation;
    },
    log: (cloud) => sandbox.cloud(cloud).requests.map(({ method, path }) => `${method} ${path}`),
    total: () => sandbox.clouds.reduce((sum, { requests }) => sum + requests.length, 0),
  };
}

/** All that a listing gives. */
export async function collected<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
