import { seconds } from '../data/time.ts';
import type { Item } from './collection.ts';
import { madeAt, type Seed, type SeedContext, type Seeded } from './seed.ts';

/** Servers, flavors, server groups and key pairs that are there from the beginning. */

const flavors: Seed = (context) => {
  // Ids that an operator chose, the same in every cloud, beside one that the server made.
  const sizes = [
    ['1', 'm1.tiny', 512, 1, 1],
    ['2', 'm1.small', 2048, 20, 1],
    ['3', 'm1.medium', 4096, 40, 2],
    [context.random('flavors').uuid(), `c1.${context.cloud}${context.suffix}`, 8192, 40, 4],
  ] as const;
  return sizes.map(([id, name, ram, disk, vcpus]) => ({ id, name, ram, disk, vcpus }));
};

const servers: Seed = function* (context) {
  const random = context.random('servers');
  const user = context.userId;
  const image = context.others('images')[0]?.id ?? '';
  const sizes = context.common('flavors');
  const hosts = [0, 1, 2, 3].map((host) => context.random(`host ${host}`).hex(56));
  for (let i = 0; i < context.settings.servers; i++) {
    const id = random.uuid();
    const state = stateOf(i);
    yield {
      id,
      name: `vm-${context.projectName}-${i}`,
      ...state,
      tenant_id: context.projectId,
      user_id: user,
      metadata: {},
      hostId: random.pick(hosts),
      image,
      flavor: sizes[i % 3]?.id,
      created: seconds(madeAt(i)),
      updated: seconds(madeAt(i) + 20_000),
      addresses: { [`net-${context.projectName}`]: [address(context, i)] },
      availability_zone: 'nova',
      key_name: null,
      launched_at: `${seconds(madeAt(i) + 20_000).slice(0, -1)}.000000`,
      task_state: null,
      description: null,
      tags: [],
    };
  }
};

/** Most run; of many, some are stopped and a few broken. */
function stateOf(index: number): { status: string; vm_state: string; power_state: number } {
  if (index % 50 === 49) return { status: 'ERROR', vm_state: 'error', power_state: 0 };
  if (index % 10 === 7) return { status: 'SHUTOFF', vm_state: 'stopped', power_state: 4 };
  return { status: 'ACTIVE', vm_state: 'active', power_state: 1 };
}

function address(context: SeedContext, index: number): unknown {
  return {
    version: 4,
    addr: addressOf(index),
    'OS-EXT-IPS:type': 'fixed',
    'OS-EXT-IPS-MAC:mac_addr': macOf(context, index),
  };
}

/** The nth server's address in its project's network. */
export function addressOf(index: number): string {
  const n = index + 10;
  return `10.1.${Math.floor(n / 250)}.${n % 250}`;
}

export function macOf(context: SeedContext, index: number): string {
  const digits = `${context.projectId.slice(0, 2)}${index.toString(16).padStart(4, '0')}`;
  return `fa:16:3e:${digits.match(/../g)?.slice(0, 3).join(':')}`;
}

const serverGroups: Seed = (context) => [
  {
    id: context.random('serverGroups').uuid(),
    name: `group-${context.projectName}`,
    policy: 'anti-affinity',
    rules: {},
    members: context
      .others('servers')
      .slice(0, 2)
      .map(({ id }) => id),
    project_id: context.projectId,
    user_id: context.userId,
  },
];

const keypairs: Seed = (context) => [keypairOf('default-key', context.projectId, context.random('keypairs').hex(512))];

/** A key pair, with a public key that only looks like one. */
export function keypairOf(name: string, userId: string, material: string, at = madeAt(0)): Item {
  const key = Buffer.from(material, 'hex').toString('base64');
  return {
    id: name,
    name,
    public_key: `ssh-rsa ${key} Generated-by-Nova`,
    fingerprint: material.slice(0, 32).match(/../g)?.join(':'),
    user_id: userId,
    created_at: `${seconds(at).slice(0, -1)}.000000`,
    type: 'ssh',
  };
}

export const computeSeeds = { flavors, servers, serverGroups, keypairs } satisfies Partial<Record<Seeded, Seed>>;
