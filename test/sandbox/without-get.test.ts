import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../src/sandbox/api.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { call } from '../contract/http.ts';
import { login, type SandboxScope } from './login.ts';

const UNKNOWN = '11111111-2222-4333-8444-555555555555';

let sandbox: Sandbox;
let scope: SandboxScope;
let other: SandboxScope;

beforeAll(async () => {
  sandbox = await startSandbox({ providers: 1, pageSize: 1000 });
  scope = await login(sandbox, 'alice', 'sp-a', 'research-one');
  other = await login(sandbox, 'alice', 'sp-a', 'research-two');
});

afterAll(() => sandbox.close());

function volume(method: string, path: string, version = '3.0', body?: unknown, who = scope) {
  const headers = { 'OpenStack-API-Version': `volume ${version}` };
  return call(method, `${who.url('block-storage')}${path}`, { token: who.token, headers, body });
}

const volumes = async () => (await volume('GET', '/volumes/detail')).json.volumes;

describe('Cinder', () => {
  it('has groups from 3.13 on, which an action ends', async () => {
    const body = { group: { name: 'g', group_type: UNKNOWN, volume_types: [UNKNOWN] } };
    const made = await volume('POST', '/groups', '3.13', body);
    const path = `/groups/${made.json.group.id}`;
    expect([made.status, (await volume('GET', path, '3.13')).json.group.name]).toEqual([202, 'g']);
    expect((await volume('GET', path)).json.itemNotFound.message).toBe('The resource could not be found.');
    expect((await volume('POST', `${path}/action`, '3.13', { delete: {} })).status).toBe(202);
    expect((await volume('GET', path, '3.13')).json.itemNotFound.message).toContain(made.json.group.id);
  });

  it('has attachments from 3.27 on: those that Nova made, and those that are made here', async () => {
    const all = await volumes();
    const attached = all.find(({ attachments }: { attachments: unknown[] }) => attachments.length > 0);
    const path = `/attachments/${attached.attachments[0].attachment_id}`;
    expect((await volume('GET', path, '3.27')).json.attachment.volume_id).toBe(attached.id);
    expect((await volume('GET', path)).status).toBe(404);
    const free = all.find(({ status }: { status: string }) => status === 'available');
    const wanted = { attachment: { volume_uuid: free.id, instance_uuid: UNKNOWN } };
    const made = (await volume('POST', '/attachments', '3.27', wanted)).json.attachment;
    expect([made.status, (await volume('GET', `/volumes/${free.id}`)).json.volume.status]).toEqual([
      'reserved',
      'reserved',
    ]);
    const own = `/attachments/${made.id}`;
    expect((await volume('POST', `${own}/action`, '3.44', { 'os-complete': {} })).status).toBe(204);
    expect((await volume('GET', `/volumes/${free.id}`)).json.volume.attachments[0].server_id).toBe(UNKNOWN);
    expect((await volume('DELETE', own, '3.27')).json.attachments).toEqual([]);
    expect((await volume('GET', own, '3.27')).json.itemNotFound.message).toBe(
      `Volume attachment could not be found with filter: attachment_id = ${made.id}.`,
    );
  });

  it('has transfers that only their project sees, and that whoever has the key accepts', async () => {
    const free = (await volumes()).find(({ status }: { status: string }) => status === 'available');
    const made = (await volume('POST', '/os-volume-transfer', '3.0', { transfer: { volume_id: free.id } })).json
      .transfer;
    const path = `/os-volume-transfer/${made.id}`;
    expect((await volume('GET', path)).json.transfer).toMatchObject({ id: made.id, volume_id: free.id });
    expect((await volume('GET', path, '3.0', undefined, other)).status).toBe(404);
    const wrong = await volume('POST', `${path}/accept`, '3.0', { accept: { auth_key: 'x' } }, other);
    const accepted = await volume('POST', `${path}/accept`, '3.0', { accept: { auth_key: made.auth_key } }, other);
    expect([wrong.status, accepted.status]).toEqual([400, 202]);
    expect((await volume('GET', `/volumes/${free.id}`)).status).toBe(404);
    expect((await volume('GET', `/volumes/${free.id}`, '3.0', undefined, other)).json.volume.status).toBe('available');
  });

  it('ignores all_tenants of plain users', async () => {
    const [own, all] = await Promise.all(
      ['', '?all_tenants=1'].map((query) => volume('GET', `/volumes/detail${query}`)),
    );
    expect(all?.json).toEqual(own?.json);
  });
});

describe('Nova', () => {
  const nova = (method: string, path: string, body?: unknown) =>
    call(method, `${scope.url('compute')}${path}`, { token: scope.token, body });

  it("makes and deletes security groups' rules, and never shows one", async () => {
    const groups = (await nova('GET', '/os-security-groups')).json.security_groups;
    const wanted = {
      parent_group_id: groups[0].id,
      ip_protocol: 'tcp',
      from_port: 22,
      to_port: 22,
      cidr: '10.0.0.0/8',
    };
    const made = await nova('POST', '/os-security-group-rules', { security_group_rule: wanted });
    const path = `/os-security-group-rules/${made.json.security_group_rule.id}`;
    expect([made.status, (await nova('GET', path)).status]).toEqual([200, 404]);
    expect((await nova('GET', `/os-security-groups/${groups[0].id}`)).json.security_group.rules).toHaveLength(1);
    expect([(await nova('DELETE', path)).status, (await nova('DELETE', path)).status]).toEqual([202, 404]);
  });

  it.each([
    ['GET', '/servers?all_tenants=1', 403, 'servers:index:get_all_tenants'],
    ['GET', '/servers/detail?all_tenants=1', 403, 'servers:detail:get_all_tenants'],
    ['GET', '/os-services', 403, 'os-services:list'],
    ['GET', `/os-services/${UNKNOWN}`, 404, ''],
    ['DELETE', `/os-services/${UNKNOWN}`, 403, 'os-services:delete'],
    ['GET', `/os-hypervisors/${UNKNOWN}/uptime`, 403, 'os-hypervisors:uptime'],
  ])('answers plain users: %s %s %s', async (method, path, status, policy) => {
    const answer = await nova(method, path);
    expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(policy)]);
  });
});
