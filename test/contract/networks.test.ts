import { describe, expect, it } from 'vitest';
import { type ContractScope, useContract } from './contract.ts';
import { sandboxOnly } from './differences.ts';

const contract = useContract();

async function make(
  scope: ContractScope,
  path: string,
  key: string,
  body: object,
): Promise<{ id: string; [field: string]: unknown }> {
  const made = await scope.call('POST', `${scope.network}/${path}`, { body: { [key]: body } });
  expect(made.status).toBe(201);
  return made.json[key];
}

const error = (answer: { json: { NeutronError: { type: string } } }) => answer.json.NeutronError.type;

describe('a network with what belongs to it', () => {
  it('is made, changed, held by its ports, and deleted', async () => {
    const scope = await contract.home();
    const name = `contract-${process.pid}`;
    const network = await make(scope, 'networks', 'network', { name });
    const url = `${scope.network}/networks/${network.id}`;
    try {
      expect(network).toMatchObject({
        name,
        tenant_id: scope.project.id,
        project_id: scope.project.id,
        shared: false,
        subnets: [],
        status: 'ACTIVE',
      });
      const wrong = await scope.call('POST', `${scope.network}/subnets`, {
        body: { subnet: { network_id: network.id, ip_version: 4, cidr: 'nope' } },
      });
      expect([wrong.status, error(wrong)]).toEqual([400, 'InvalidInput']);
      const subnet = await make(scope, 'subnets', 'subnet', {
        name,
        network_id: network.id,
        ip_version: 4,
        cidr: '10.9.0.0/24',
      });
      expect(subnet).toMatchObject({
        gateway_ip: '10.9.0.1',
        allocation_pools: [{ start: '10.9.0.2', end: '10.9.0.254' }],
      });
      expect((await scope.get(url)).json.network.subnets).toEqual([subnet.id]);
      const port = await make(scope, 'ports', 'port', { name, network_id: network.id });
      expect(port).toMatchObject({ status: 'DOWN', device_id: '', fixed_ips: [{ subnet_id: subnet.id }] });
      expect(port.mac_address).toMatch(/^fa:16:3e(:[0-9a-f]{2}){3}$/);
      const renamed = await scope.call('PUT', url, { body: { network: { name: `${name}-2` } } });
      expect(renamed.json.network).toMatchObject({ id: network.id, name: `${name}-2` });
      const put = async (body: unknown) => {
        const answer = await scope.call('PUT', url, { body });
        return [answer.status, answer.json.NeutronError.message];
      };
      expect(await put({ network: { bogus: 1 } })).toEqual([400, "Unrecognized attribute(s) 'bogus'"]);
      expect(await put({ network: { id: network.id } })).toEqual([400, 'Cannot update read-only attribute id']);
      expect(await put({})).toEqual([400, "Unable to find 'network' in request body"]);
      expect((await put({ network: { shared: true } }))[0]).toBe(403);
      const held = await scope.call('DELETE', url);
      expect([held.status, error(held)]).toEqual([409, 'NetworkInUse']);
      expect(held.json.NeutronError.message).toContain(port.id);
      const outside = await scope.call('POST', `${scope.network}/floatingips`, {
        body: { floatingip: { floating_network_id: network.id } },
      });
      expect([outside.status, outside.json.NeutronError.message]).toEqual([
        400,
        expect.stringContaining('is not a valid external network'),
      ]);
      expect((await scope.call('DELETE', `${scope.network}/ports/${port.id}`)).status).toBe(204);
    } finally {
      const deleted = await scope.call('DELETE', url);
      expect([deleted.status, deleted.text]).toEqual([204, '']);
    }
    const gone = await scope.call('DELETE', url);
    expect([gone.status, error(gone)]).toEqual([404, 'NetworkNotFound']);
  });

  it('can be made several at a time', async () => {
    const scope = await contract.home();
    const body = { networks: [{ name: 'contract-a' }, { name: 'contract-b' }] };
    const made = await scope.call('POST', `${scope.network}/networks`, { body });
    expect(made.status).toBe(201);
    expect(made.json.networks.map(({ name }: { name: string }) => name)).toEqual(['contract-a', 'contract-b']);
    for (const { id } of made.json.networks) {
      expect((await scope.call('DELETE', `${scope.network}/networks/${id}`)).status).toBe(204);
    }
  });
});

describe('a router', () => {
  it('takes subnets with PUT, and cannot be deleted as long as it has any', async () => {
    const scope = await contract.home();
    const network = await make(scope, 'networks', 'network', { name: 'contract' });
    const subnet = await make(scope, 'subnets', 'subnet', {
      network_id: network.id,
      ip_version: 4,
      cidr: '10.9.1.0/24',
    });
    const router = await make(scope, 'routers', 'router', { name: 'contract' });
    const url = `${scope.network}/routers/${router.id}`;
    try {
      expect(router).toMatchObject({ admin_state_up: true, status: 'ACTIVE', external_gateway_info: null });
      const joined = await scope.call('PUT', `${url}/add_router_interface`, { body: { subnet_id: subnet.id } });
      expect(joined.status).toBe(200);
      expect(joined.json).toMatchObject({
        id: router.id,
        network_id: network.id,
        subnet_id: subnet.id,
        subnet_ids: [subnet.id],
      });
      expect((await scope.call('POST', `${url}/add_router_interface`, { body: { subnet_id: subnet.id } })).status).toBe(
        405,
      );
      const ports = await scope.get(`${scope.network}/ports?device_id=${router.id}`);
      expect(ports.json.ports).toEqual([expect.objectContaining({ device_owner: 'network:router_interface' })]);
      const held = await scope.call('DELETE', url);
      expect([held.status, error(held)]).toEqual([409, 'RouterInUse']);
      const left = await scope.call('PUT', `${url}/remove_router_interface`, { body: { subnet_id: subnet.id } });
      expect([left.status, left.json.port_id]).toEqual([200, joined.json.port_id]);
    } finally {
      await scope.call('PUT', `${url}/remove_router_interface`, { body: { subnet_id: subnet.id } });
      expect((await scope.call('DELETE', url)).status).toBe(204);
      expect((await scope.call('DELETE', `${scope.network}/subnets/${subnet.id}`)).status).toBe(204);
      expect((await scope.call('DELETE', `${scope.network}/networks/${network.id}`)).status).toBe(204);
    }
  });
});

describe('a security group', () => {
  it('comes with two rules, holds those that are added, and loses them again', async () => {
    const scope = await contract.home();
    const group = await make(scope, 'security-groups', 'security_group', { name: 'contract' });
    const url = `${scope.network}/security-groups/${group.id}`;
    const rules = async () =>
      (await scope.get(url)).json.security_group.security_group_rules.map(({ id }: { id: string }) => id);
    try {
      expect(await rules()).toHaveLength(2);
      const rule = await make(scope, 'security-group-rules', 'security_group_rule', {
        security_group_id: group.id,
        direction: 'ingress',
        protocol: 'tcp',
        port_range_min: 22,
        port_range_max: 22,
      });
      expect(rule).toMatchObject({ ethertype: 'IPv4', direction: 'ingress', protocol: 'tcp', port_range_min: 22 });
      expect(await rules()).toContain(rule.id);
      const ruleUrl = `${scope.network}/security-group-rules/${rule.id}`;
      expect((await scope.get(ruleUrl)).json.security_group_rule.security_group_id).toBe(group.id);
      expect((await scope.call('DELETE', ruleUrl)).status).toBe(204);
      expect((await scope.get(ruleUrl)).status).toBe(404);
      expect(await rules()).toHaveLength(2);
    } finally {
      expect((await scope.call('DELETE', url)).status).toBe(204);
    }
  });

  it('of every project is there from the beginning, and stays', async () => {
    const scope = await contract.home();
    const [group] = (await scope.get(`${scope.network}/security-groups?name=default`)).json.security_groups;
    expect(group).toMatchObject({ name: 'default', project_id: scope.project.id });
    expect((await scope.call('DELETE', `${scope.network}/security-groups/${group.id}`)).status).toBe(409);
  });
});

describe('a floating IP', () => {
  sandboxOnly('floating ips')('is taken from an external network, and given to a port', async () => {
    const scope = await contract.home();
    const [external] = (await scope.get(`${scope.network}/networks?router:external=True`)).json.networks;
    const [port] = (await scope.get(`${scope.network}/ports?device_owner=compute:nova`)).json.ports;
    const made = await make(scope, 'floatingips', 'floatingip', { floating_network_id: external.id, port_id: port.id });
    expect(made).toMatchObject({ status: 'ACTIVE', port_id: port.id, fixed_ip_address: port.fixed_ips[0].ip_address });
    expect(made.floating_ip_address).toMatch(/^203\.0\.113\.\d+$/);
    const url = `${scope.network}/floatingips/${made.id}`;
    expect((await scope.call('DELETE', url)).status).toBe(204);
    expect((await scope.get(url)).status).toBe(404);
  });
});

describe('the extensions of Network', () => {
  it('are listed, and each has its own path', async () => {
    const scope = await contract.home();
    const { extensions } = (await scope.get(`${scope.network}/extensions`)).json;
    const aliases = extensions.map(({ alias }: { alias: string }) => alias);
    expect(aliases).toContain('router');
    expect(aliases).not.toContain('trunk');
    expect((await scope.get(`${scope.network}/extensions/router`)).json.extension.alias).toBe('router');
    expect((await scope.get(`${scope.network}/extensions/nosuch`)).status).toBe(404);
  });
});
