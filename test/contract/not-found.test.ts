import { describe, expect, it } from 'vitest';
import { subjectOf } from '../../src/federation/subject.ts';
import { verdictOn } from '../../src/federation/verdict.ts';
import { bodyOf } from '../../src/ports/http.ts';
import { type ContractScope, NOBODY, useContract } from './contract.ts';
import type { Answer } from './http.ts';

/**
 * The rule by which a probe tells "not here" from "could not say": a 404 about a resource is JSON and names the id
 * that was asked for, a 404 about a path is or does not.
 */
const contract = useContract();

/** What the engine makes of an answer about something below a service. */
async function verdictAt(service: string, path: string, answer: Answer): Promise<string> {
  const id = decodeURIComponent(path.split('/').at(-1) ?? '');
  const { named = { typeName: service, id, itemPath: path } } = await subjectOf(service + path);
  const { status, bytes } = answer;
  const response = { status, statusText: '', headers: Object.entries(answer.headers), body: bodyOf(bytes), url: '' };
  return verdictOn(named, response, bytes).kind;
}

const namesId = (answer: Answer, id: string) => answer.json !== undefined && answer.text.includes(id);

const resources = [
  ['server', 'compute', '/servers'],
  ['flavor', 'compute', '/flavors'],
  ['key pair', 'compute', '/os-keypairs'],
  ['server group', 'compute', '/os-server-groups'],
  ['volume', 'volume', '/volumes'],
  ['snapshot', 'volume', '/snapshots'],
  ['backup', 'volume', '/backups'],
  ['volume type', 'volume', '/types'],
  ['transfer', 'volume', '/os-volume-transfer'],
  ['image', 'image', '/images'],
  ['network', 'network', '/networks'],
  ['subnet', 'network', '/subnets'],
  ['port', 'network', '/ports'],
  ['router', 'network', '/routers'],
  ['floating ip', 'network', '/floatingips'],
  ['security group', 'network', '/security-groups'],
  ['security group rule', 'network', '/security-group-rules'],
  ['subnet pool', 'network', '/subnetpools'],
] as const;

const ids = [
  NOBODY,
  NOBODY.replaceAll('-', ''),
  NOBODY.replaceAll('5', 'A'),
  'fed-probe-no-such-thing',
  'x'.repeat(300),
  '0',
];

const scopes: readonly [string, () => Promise<ContractScope>][] = [
  ['home', () => contract.home()],
  ['sp-a', () => contract.scope('sp-a', 'research-one')],
];

describe.each(scopes)('a 404 about a resource at %s', (_, open) => {
  it.each(resources)('is JSON and names the id of a %s, whatever it looks like', async (_name, service, path) => {
    const scope = await open();
    for (const id of ids) {
      const answer = await scope.get(`${scope[service]}${path}/${id}`);
      expect(answer.status).toBe(404);
      expect(answer.headers['content-type']).toContain('application/json');
      expect(await verdictAt(service, `${path}/${id}`, answer)).toBe('absent');
    }
  });

  it("names a subresource's parent", async () => {
    const scope = await open();
    for (const url of [
      `${scope.compute}/servers/${NOBODY}/os-volume_attachments`,
      `${scope.image}/images/${NOBODY}/file`,
      `${scope.compute}/flavors/${NOBODY}/os-extra_specs`,
    ]) {
      const answer = await scope.get(url);
      expect(answer.status).toBe(404);
      expect(namesId(answer, NOBODY)).toBe(true);
    }
  });
});

const routes = [
  ['a path that Compute does not have', 'compute', `/nosuch/${NOBODY}`],
  ['something below a server', 'compute', `/servers/${NOBODY}/nosuch`],
  ["a slash at the end of a server's id", 'compute', `/servers/${NOBODY}/`],
  ['a path that Block Storage does not have', 'volume', `/nosuch/${NOBODY}`],
  ['a group at microversion 3.0', 'volume', `/groups/${NOBODY}`],
  ['a message at microversion 3.0', 'volume', `/messages/${NOBODY}`],
  ['something below a volume', 'volume', `/volumes/${NOBODY}/nosuch`],
  ['a path that Image does not have', 'image', `/nosuch/${NOBODY}`],
  ['something below an image', 'image', `/images/${NOBODY}/nosuch`],
  ['a load balancer', 'network', `/lbaas/loadbalancers/${NOBODY}`],
  ['a trunk', 'network', `/trunks/${NOBODY}`],
  ['a QoS policy', 'network', `/qos/policies/${NOBODY}`],
  ['a VPN service', 'network', `/vpn/vpnservices/${NOBODY}`],
  ['a firewall group', 'network', `/fwaas/firewall_groups/${NOBODY}`],
  ["an encoded slash in a server's id", 'compute', '/servers/a%2Fb'],
  ["an encoded slash in a volume's id", 'volume', '/volumes/a%2Fb'],
  ["an encoded slash in an image's id", 'image', '/images/a%2Fb'],
  ["an encoded slash in a network's id", 'network', '/networks/a%2Fb'],
] as const;

describe('a 404 about a path', () => {
  it.each(routes)('does not name the id: %s', async (_, service, path) => {
    const scope = await contract.home();
    const answer = await scope.get(`${scope[service]}${path}`);
    expect(answer.status).toBe(404);
    expect(answer.json).toBeDefined();
    expect(await verdictAt(service, path, answer)).toBe('unsaid');
    expect(answer.text).not.toContain(NOBODY);
    expect(answer.text).not.toMatch(/a\/b|a%2Fb/i);
  });

  it('is typed like one about a resource at Block Storage and Network', async () => {
    const scope = await contract.home();
    expect((await scope.get(`${scope.volume}/groups/${NOBODY}`)).json).toEqual({
      itemNotFound: { code: 404, message: 'The resource could not be found.' },
    });
    expect((await scope.get(`${scope.network}/trunks/${NOBODY}`)).json).toEqual({
      NeutronError: { type: 'HTTPNotFound', message: 'The resource could not be found.', detail: '' },
    });
    expect((await scope.get(`${scope.compute}/nosuch`)).json).toMatchObject({
      code: '404 Not Found',
      title: 'Not Found',
    });
    const body = {};
    expect((await scope.call('PUT', `${scope.compute}/flavors/${NOBODY}`, { body })).json.itemNotFound.message).toBe(
      'The resource could not be found.',
    );
  });

  it('is a page at Identity, also for clients that accept JSON alone', async () => {
    const scope = await contract.home();
    for (const path of ['/v3/nosuch', '/v2.0', '/nosuch']) {
      const answer = await scope.get(`${scope.cloud.identity}${path}`);
      expect(answer.status).toBe(404);
      expect(answer.headers['content-type']).toContain('text/html');
      expect(answer.text).toContain('The requested URL was not found on the server');
    }
  });

  it('has a list of errors at Placement', async () => {
    const scope = await contract.home();
    for (const path of ['/nosuch', '/traits']) {
      const answer = await scope.get(`${scope.cloud.placement}${path}`);
      expect(answer.status).toBe(404);
      expect(answer.json.errors[0]).toMatchObject({ status: 404, title: 'Not Found' });
    }
    expect((await scope.get(`${scope.cloud.placement}/resource_providers/${NOBODY}`)).status).toBe(403);
  });

  it('has a code and no error at an unknown version of Network', async () => {
    const scope = await contract.home();
    const answer = await scope.get(`${scope.cloud.network}/v9`);
    expect([answer.status, answer.json]).toEqual([404, { code: 404, title: 'Not Found', description: null }]);
  });
});

describe('a 404 about an id that is no ASCII', () => {
  it('names it at Network, and two characters for each byte pair elsewhere', async () => {
    const scope = await contract.home();
    const message = async (url: string) => (await scope.get(url)).json;
    expect((await message(`${scope.network}/networks/%C3%A9`)).NeutronError.message).toContain('é');
    expect((await message(`${scope.compute}/servers/%C3%A9`)).itemNotFound.message).toContain('Ã©');
    expect((await message(`${scope.volume}/volumes/%C3%A9`)).itemNotFound.message).toContain('Ã©');
    expect((await message(`${scope.image}/images/%C3%A9`)).message).toContain('Ã©');
  });
});
