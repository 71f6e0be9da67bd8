/** `fed exec` for a program that calls its cloud by a name of clouds.yaml, and for what an entry says to clients. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { type Place, placeFor } from './fed.ts';

let sandbox: Awaited<ReturnType<typeof startSandbox>>;
let place: Place;

beforeAll(async () => {
  sandbox = await startSandbox({ providers: 1 });
});

afterAll(() => sandbox.close());

beforeEach(() => {
  place = placeFor({});
  writeFileSync(
    join(place.folder, 'clouds.yaml'),
    `clouds:
  openstack:
    auth: {auth_url: "${sandbox.home.authUrl}", username: alice, password: "alice-secret", project_name: research,
      user_domain_name: Default, project_domain_name: Default}
    region_name: ${sandbox.home.region}
    compute_api_version: 2
    volume_api_version: '3.60'
    compute_default_microversion: '2.10'
    image_endpoint_override: "http://127.0.0.1:1/elsewhere"
    force_ipv4: true
    networks: [{name: private, default_interface: true}]
  other:
    auth: {auth_url: "${sandbox.home.authUrl}", username: bob, password: bob-secret, project_name: teaching}
`,
  );
});

afterEach(() => place.remove());

const SHOW = `
const { readFileSync } = require('node:fs');
const { env } = process;
const file = (name) => readFileSync(env[name], 'utf8');
console.log(JSON.stringify({ env, clouds: file('OS_CLIENT_CONFIG_FILE'), secure: file('OS_CLIENT_SECURE_FILE') }));`;

interface Shown {
  readonly env: Record<string, string>;
  readonly clouds: string;
  readonly secure: string;
}

async function shown(env: Record<string, string>): Promise<Shown> {
  const { code, stdout, stderr } = await place.exec([process.execPath, '-e', SHOW], { env });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Shown;
}

describe('the files that a program under fed exec finds', () => {
  it('have the entry, which is the federation with what the entry says to clients, and no other', async () => {
    const { env, clouds, secure } = await shown({ OS_CLOUD: 'openstack', OS_IMAGE_DEFAULT_MICROVERSION: '2.5' });
    expect(load(clouds)).toEqual({
      clouds: {
        openstack: {
          auth_type: 'password',
          auth: {
            auth_url: env.OS_AUTH_URL,
            username: 'alice',
            password: 'alice-secret',
            user_domain_name: 'Default',
            project_name: 'research',
            project_domain_name: 'Default',
          },
          interface: 'public',
          region_name: sandbox.home.region,
          identity_api_version: '3',
          compute_api_version: '2',
          volume_api_version: '3.60',
          compute_default_microversion: '2.10',
          force_ipv4: true,
          networks: [{ name: 'private', default_interface: true }],
        },
      },
    });
    expect(load(secure)).toEqual({ clouds: {} });
    expect(env).toMatchObject({
      OS_COMPUTE_API_VERSION: '2',
      OS_VOLUME_API_VERSION: '3.60',
      OS_COMPUTE_DEFAULT_MICROVERSION: '2.10',
      OS_IMAGE_DEFAULT_MICROVERSION: '2.5',
      OS_FORCE_IPV4: 'true',
    });
    expect(env).not.toHaveProperty('OS_IMAGE_ENDPOINT_OVERRIDE');
    expect(existsSync(env.OS_CLIENT_CONFIG_FILE ?? '')).toBe(false);
  });

  it('have no entry where variables say who the user is', async () => {
    const { env, clouds } = await shown(sandbox.env('alice'));
    expect(load(clouds)).toEqual({ clouds: {} });
    expect(env).not.toHaveProperty('OS_CLOUD');
  });

  it('are there for fed exec --env, too, until it ends', async () => {
    const child = place.start(['exec', '--env', '--for-pid', String(process.pid)], { env: { OS_CLOUD: 'openstack' } });
    let script = '';
    for await (const text of child.stdout ?? []) script += String(text);
    const [, file = ''] = /OS_CLIENT_CONFIG_FILE='([^']+)'/.exec(script) ?? [];
    expect(readFileSync(file, 'utf8')).toContain('alice-secret');
    process.kill(Number(/kill (\d+)/.exec(script)?.[1]));
    await expect.poll(() => existsSync(file), { timeout: 30_000 }).toBe(false);
  });
});

const python = ['/usr/bin/python3'].find((path) => spawnSync(path, ['-c', 'import openstack']).status === 0);

describe.skipIf(python === undefined)('openstacksdk', () => {
  it('sees the federation under the name of the entry, and refuses that of another', async () => {
    const script = `
import openstack, sys
cloud = openstack.connect(cloud=sys.argv[1])
print(len({server.project_id for server in cloud.compute.servers()}), cloud.compute.default_microversion)`;
    const env = { OS_CLOUD: 'openstack' };
    const { stdout, stderr } = await place.exec([python ?? '', '-c', script, 'openstack'], { env });
    expect({ stdout, stderr }).toEqual({ stdout: '3 2.10\n', stderr: '' });
    const other = await place.exec([python ?? '', '-c', script, 'other'], { env });
    expect(other.code).toBe(1);
    expect(other.stderr).toContain('Cloud other was not found');
  });
});
