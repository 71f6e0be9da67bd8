import { describe, expect, it } from 'vitest';
import { subjectOf } from '../../src/federation/subject.ts';
import { resourceTypes, serviceOf, typeNamed } from '../../src/services/index.ts';
import { describedServices, pathsOf } from '../../src/services/paths.ts';
import type { Collection, Reference, Service } from '../../src/services/types.ts';

const ID = '6f1f2f3f-0000-4000-8000-00000000000a';
const OTHER = '6f1f2f3f-0000-4000-8000-00000000000b';
const PROJECT = 'ab'.repeat(16);

function described(type: string): Service {
  const service = serviceOf(type);
  if (service === undefined) throw new Error(`${type} is no service`);
  return service;
}

async function collectionsOf(type: string): Promise<Array<[string, Collection]>> {
  return Object.entries((await pathsOf(described(type))).collections);
}

const each = describedServices.map((type) => [type] as const);

describe.each(each)('the paths of %s', (type) => {
  it('are of a service that the table knows', () => {
    expect(described(type).type).toBe(type);
  });

  it('name what stands behind each collection, by its name', async () => {
    for (const [path, { ids = 'uuid', name, type: known, words = [] }] of await collectionsOf(type)) {
      const collection = path.replace('{type}', 'generic');
      const target = `${type}${collection}`;
      const subject = await subjectOf(`${target}/${ids === 'project' ? PROJECT : ID}`);
      const typeName = known ?? `${type}/${name ?? path.slice(1)}`;
      if (ids === 'project') expect(subject, target).toMatchObject({ projectId: PROJECT });
      else expect(subject.named, target).toMatchObject({ typeName, id: ID });
      for (const word of words) expect((await subjectOf(`${target}/${word}`)).named, word).toBeUndefined();
      if (path !== '') expect((await subjectOf(target)).named, target).toBeUndefined();
    }
  });

  it('name types and collections that there are, where bodies name resources', async () => {
    const collections = await collectionsOf(type);
    const known = new Set(collections.map(([path]) => path));
    const isKnown = ({ type: name }: Reference) =>
      name.startsWith('/') ? known.has(name) : typeNamed(name) !== undefined;
    for (const [path, { references = [], below = {}, type: own }] of collections) {
      const all = [...references, ...Object.values(below).flat()];
      expect(
        all.filter((reference) => !isKnown(reference)),
        path,
      ).toEqual([]);
      if (own !== undefined) expect(typeNamed(own)?.service, path).toBe(type);
    }
  });
});

it('have the collections of all types of the registry', async () => {
  for (const { name, service, paths } of resourceTypes) {
    expect((await pathsOf(described(service))).collections[paths.list], name).toMatchObject({ type: name });
  }
});

/**
 * Paths as openstacksdk 4 calls them, with the resource whose owner decides: of each service what is unlike the others.
 */
it.each([
  [`compute/servers/${ID}/os-interface/${OTHER}`, 'server'],
  [`compute/servers/${ID}/migrations/7/action`, 'server'],
  [`compute/os-aggregates/7/action`, 'compute/os-aggregates'],
  [`volume/types/${ID}/encryption/${OTHER}`, 'volume-type'],
  [`volume/qos-specs/${ID}/associate?vol_type_id=${OTHER}`, 'block-storage/qos-specs'],
  [`volume/clusters/pool@lvm`, 'block-storage/clusters'],
  [`image/images/${ID}/members/${PROJECT}`, 'image'],
  [`image/cache/${ID}`, 'image'],
  ['image/metadefs/namespaces/OS::Compute::Libvirt/objects/x', 'image/metadefs/namespaces'],
  [`network/agents/${ID}/dhcp-networks/${OTHER}`, 'network/agents'],
  [`network/qos/policies/${ID}/bandwidth_limit_rules/${OTHER}`, 'network/qos/policies'],
  [`network/bgpvpn/bgpvpns/${ID}/network_associations/${OTHER}`, 'network/bgpvpn/bgpvpns'],
  [`network/vpn/ipsec-site-connections/${ID}`, 'network/vpn/ipsec-site-connections'],
  [`network/fwaas/firewall_groups/${ID}`, 'network/fwaas/firewall_groups'],
  [`network/sfc/port_chains/${ID}`, 'network/sfc/port_chains'],
  [`network/taas/tap_flows/${ID}`, 'network/taas/tap_flows'],
  [`network/floatingips/${ID}/port_forwardings/${OTHER}`, 'floating-ip'],
  [`identity/users/${PROJECT}/application_credentials/${OTHER}`, 'user'],
  [`identity/projects/${PROJECT}/users/${OTHER}/roles/${ID}`, 'project'],
  ['identity/OS-FEDERATION/identity_providers/kc/protocols/saml2', 'identity/OS-FEDERATION/identity_providers'],
  [`load-balancer/lbaas/l7policies/${ID}/rules/${OTHER}`, 'load-balancer/lbaas/l7policies'],
  [`load-balancer/octavia/amphorae/${ID}/failover`, 'load-balancer/octavia/amphorae'],
  [`dns/zones/${ID}/tasks/abandon`, 'dns/zones'],
  [`dns/zones/tasks/transfer_requests/${ID}`, 'dns/zones/tasks/transfer_requests'],
  ['dns/reverse/floatingips/RegionOne:9e8d', 'dns/reverse/floatingips'],
  [`shared-file-system/v2/${PROJECT}/shares/${ID}/export_locations/${OTHER}`, 'shared-file-system/shares'],
  [`shared-file-system/share-networks/${ID}/subnets/${OTHER}`, 'shared-file-system/share-networks'],
  [`baremetal/volume/connectors/${ID}`, 'baremetal/volume/connectors'],
  [`container-infra/clusters/k8s/nodegroups/${OTHER}`, 'container-infrastructure-management/clusters'],
  [`placement/resource_providers/${ID}/inventories/VCPU`, 'placement/resource_providers'],
  [`message/queues/jobs/messages/${OTHER}`, 'message/queues'],
  [`instance-ha/v1/${PROJECT}/segments/${ID}/hosts/${OTHER}`, 'instance-ha/segments'],
  [`reservation/os-hosts/7`, 'reservation/os-hosts'],
  [`database/v1.0/${PROJECT}/instances/${ID}/users/joe`, 'database/instances'],
  [`rating/rating/module_config/hashmap/mappings/${ID}`, 'rating/rating/module_config/hashmap/mappings'],
  [`application-container/containers/web/start`, 'application-container/containers'],
  [`clustering/clusters/${ID}/policies/${OTHER}`, 'clustering/clusters'],
  [`infra-optim/audits/${ID}`, 'resource-optimization/audits'],
])('%s belongs to the owner of a %s', async (target, typeName) => {
  expect((await subjectOf(target)).named).toMatchObject({ typeName });
});
