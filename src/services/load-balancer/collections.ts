/** What load balancers are made of: the same at Octavia and at the extension of Network that was there before it. */
import type { Collection, Reference } from '../types.ts';

function reference(pointer: string, type: string): Reference {
  return { pointer, type };
}

const members: Readonly<Record<string, readonly Reference[]>> = {
  '/members': [reference('/member/subnet_id', 'subnet'), reference('/members/*/subnet_id', 'subnet')],
};

export const loadBalancing: Readonly<Record<string, Collection>> = {
  '/lbaas/loadbalancers': {
    references: [
      reference('/loadbalancer/vip_subnet_id', 'subnet'),
      reference('/loadbalancer/vip_network_id', 'network'),
      reference('/loadbalancer/vip_port_id', 'port'),
      reference('/loadbalancer/additional_vips/*/subnet_id', 'subnet'),
    ],
  },
  '/lbaas/listeners': {
    references: [
      reference('/listener/loadbalancer_id', '/lbaas/loadbalancers'),
      reference('/listener/default_pool_id', '/lbaas/pools'),
    ],
  },
  '/lbaas/pools': {
    references: [
      reference('/pool/loadbalancer_id', '/lbaas/loadbalancers'),
      reference('/pool/listener_id', '/lbaas/listeners'),
    ],
    below: members,
  },
  '/lbaas/healthmonitors': { references: [reference('/healthmonitor/pool_id', '/lbaas/pools')] },
  '/lbaas/l7policies': {
    references: [
      reference('/l7policy/listener_id', '/lbaas/listeners'),
      reference('/l7policy/redirect_pool_id', '/lbaas/pools'),
    ],
  },
};
