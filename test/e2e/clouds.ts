/** The federation on which fed itself is tested: the sandbox, or with FED_TESTBED=1 the real clouds. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { onTestbed } from '../contract/target.ts';

/** Ways in which sp-c can be broken on both targets, by the testbed's names. */
export type Break = 'stopped' | 'hang' | '503' | 'mapping' | 'disabled';

export interface Clouds {
  /** The variables of a user's openrc. */
  env(user: 'alice' | 'bob' | 'carol'): Record<string, string>;
  /** alice's scopes. */
  readonly scopes: readonly string[];
  break(kind: Break): Promise<void>;
  mend(): Promise<void>;
  /** `METHOD path` of the requests that a cloud got, where that can be known: on the sandbox. */
  requestsAt?(cloud: string): readonly string[];
  close(): Promise<void>;
}

const scopes = ['home/research', 'sp-a/research-one', 'sp-a/research-two', 'sp-b/lab', 'sp-c/archive'];

export function openClouds(): Promise<Clouds> {
  return onTestbed ? Promise.resolve(testbed()) : sandbox();
}

async function sandbox(): Promise<Clouds> {
  const running = await startSandbox({ providers: 3 });
  return {
    scopes,
    env: (user) => running.env(user),
    break: async (kind) => {
      const cloud = 'sp-c';
      if (kind === 'stopped') await running.faults.add({ cloud, kind: 'refuse' });
      else if (kind === 'hang') await running.faults.add({ cloud, kind: 'hang' });
      else if (kind === '503') await running.faults.add({ cloud, kind: 'status', status: 503, body: 'html' });
      else if (kind === 'mapping') await running.faults.add({ cloud, kind: 'mapping-knows-nobody' });
      else await running.faults.add({ cloud, kind: 'disabled-at-home' });
    },
    mend: () => running.faults.clear(),
    requestsAt: (cloud) => running.cloud(cloud).requests.map(({ method, path }) => `${method} ${path}`),
    close: () => running.close(),
  };
}

function testbed(): Clouds {
  const command = (...args: string[]) => {
    const program = join(import.meta.dirname, '../../testbed/testbed');
    return execFileSync(program, args, { encoding: 'utf8' });
  };
  return {
    scopes,
    env: (user) => {
      const found = command('env', user).matchAll(/\b(OS_\w+)=(\S+)/g);
      return Object.fromEntries([...found].map(([, name = '', value = '']) => [name, value]));
    },
    break: (kind) => Promise.resolve(void command('break', 'sp-c', kind)),
    mend: () => Promise.resolve(void command('mend', 'sp-c')),
    close: () => Promise.resolve(),
  };
}
