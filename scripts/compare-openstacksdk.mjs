/**
 * Ask openstacksdk and fed the same questions about clouds.yaml and OS_* variables, and print where they differ.
 * Run by hand, where Debian's python3-openstackclient is installed.
 *
 * usage: node scripts/compare-openstacksdk.mjs [WORD]     only the cases whose title has that word
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const python = '/usr/bin/python3';
const word = process.argv[2] ?? '';
const top = join(dirname(fileURLToPath(import.meta.url)), '..');
const root = mkdtempSync(join(tmpdir(), 'fed-sdk-'));

const auth = 'auth_url: https://x.example/v3, username: ada, password: secret, user_domain_name: People';
const project = 'project_name: physics, project_domain_name: Science';
const lab = `lab: {auth: {${auth}, ${project}}}`;
const prod = `prod: {auth: {auth_url: https://prod.example/v3, username: grace, password: s, user_domain_id: d, project_id: '1'}}`;
const openrc = {
  OS_AUTH_URL: 'https://env.example/v3',
  OS_USERNAME: 'ada',
  OS_PASSWORD: 'secret',
  OS_USER_DOMAIN_NAME: 'People',
  OS_PROJECT_NAME: 'physics',
  OS_PROJECT_DOMAIN_NAME: 'Science',
};
const clouds = (text, file = 'work/clouds.yaml') => ({ [file]: `clouds: {${text}}` });

/** What is asked, and, where fed means to differ, why. */
const cases = [
  { title: 'the only cloud', files: clouds(lab) },
  { title: 'several clouds, none chosen', files: clouds(`${lab}, ${prod}`) },
  { title: 'OS_CLOUD', files: clouds(`${lab}, ${prod}`), env: { OS_CLOUD: 'prod' } },
  { title: 'OS_CLOUD unknown', files: clouds(lab), env: { OS_CLOUD: 'lap' } },
  { title: 'nothing at all', files: {} },
  { title: 'variables', files: {}, env: openrc },
  { title: 'variables before the only cloud', files: clouds(lab), env: openrc },
  { title: 'OS_CLOUD before variables', files: clouds(prod), env: { ...openrc, OS_CLOUD: 'prod' } },
  { title: 'OS_CLOUD_NAME', files: {}, env: { ...openrc, OS_CLOUD_NAME: 'mine' } },
  { title: 'OS_CLOUD_NAME clash', files: clouds(lab), env: { ...openrc, OS_CLOUD_NAME: 'lab' } },
  { title: 'OS_CLOUD=envvars', files: clouds(lab), env: { ...openrc, OS_CLOUD: 'envvars' } },
  { title: 'selectors only', files: clouds(lab), env: { OS_TEST_X: '1', OS_LOG_X: '1', OS_STDOUT: '1' } },
  { title: 'tenant variables', files: {}, env: { ...openrc, OS_PROJECT_NAME: undefined, OS_TENANT_NAME: 'old' } },
  { title: 'project before tenant', files: {}, env: { ...openrc, OS_TENANT_NAME: 'old' } },
  { title: 'OS_REGION_NAME', files: {}, env: { ...openrc, OS_REGION_NAME: 'north' } },
  { title: 'OS_ENDPOINT_TYPE', files: {}, env: { ...openrc, OS_ENDPOINT_TYPE: 'internal' } },
  {
    title: 'domain for both',
    files: clouds('a: {auth: {auth_url: https://x/v3, username: u, password: p, project_name: q, domain_id: d}}'),
  },
  { title: 'working folder first', files: { ...clouds(lab), ...clouds(prod, 'home/.config/openstack/clouds.yaml') } },
  {
    title: 'XDG before ~/.config',
    files: { ...clouds(lab, 'home/x/openstack/clouds.yaml'), ...clouds(prod, 'home/.config/openstack/clouds.yaml') },
    env: { XDG_CONFIG_HOME: '$ROOT/home/x' },
  },
  {
    title: 'yaml before yml before json',
    files: { ...clouds(lab, 'work/clouds.yml'), 'work/clouds.json': '{"clouds": {}}' },
  },
  {
    title: 'json',
    files: {
      'work/clouds.json': JSON.stringify({
        clouds: {
          j: { auth: { auth_url: 'https://x/v3', username: 'u', password: 5, user_domain_id: 'd', project_id: 7 } },
        },
      }),
    },
  },
  {
    title: 'OS_CLIENT_CONFIG_FILE',
    files: { ...clouds(lab), ...clouds(prod, 'work/mine.yaml') },
    env: { OS_CLIENT_CONFIG_FILE: '$ROOT/work/mine.yaml' },
  },
  { title: 'OS_CLIENT_CONFIG_FILE missing', files: clouds(lab), env: { OS_CLIENT_CONFIG_FILE: '/nowhere.yaml' } },
  {
    title: 'secure elsewhere',
    files: {
      ...clouds(lab),
      ...clouds('lab: {auth: {password: better}, interface: admin}', 'home/.config/openstack/secure.yaml'),
    },
  },
  {
    title: 'secure invents a cloud',
    files: { ...clouds(lab), ...clouds('other: {auth: {password: better}}', 'work/secure.yaml') },
    env: { OS_CLOUD: 'other' },
  },
  {
    title: 'secure makes two clouds',
    files: { ...clouds(lab), ...clouds('other: {auth: {password: better}}', 'work/secure.yaml') },
  },
  {
    title: 'profile',
    files: {
      ...clouds('mine: {profile: acme, auth: {username: u, password: p, user_domain_id: d, project_id: i}}'),
      'work/clouds-public.yaml':
        'public-clouds: {acme: {auth: {auth_url: "https://{region_name}.x/v3"}, region_name: east, interface: internal}}',
    },
  },
  {
    title: 'cloud: for profile',
    files: {
      ...clouds(
        'mine: {cloud: acme, interface: admin, auth: {username: u, password: p, user_domain_id: d, project_id: i}}',
      ),
      'work/clouds-public.yaml': 'public-clouds: {acme: {auth: {auth_url: https://x/v3}, regions: [east, west]}}',
    },
  },
  {
    title: 'profile of the SDK',
    files: clouds('mine: {profile: ovh, auth: {username: u, password: p, user_domain_id: d, project_id: i}}'),
    differs: 'vendor profiles inside openstacksdk are left out',
  },
  {
    title: 'regions, values of the first',
    files: clouds(`lab: {regions: [{name: a, values: {interface: internal}}, b], auth: {${auth}, ${project}}}`),
  },
  { title: 'regions by comma', files: clouds(`lab: {region_name: 'a,b', auth: {${auth}, ${project}}}`) },
  { title: 'verify false', files: clouds(`lab: {verify: false, auth: {${auth}, ${project}}}`) },
  { title: 'insecure true', files: clouds(`lab: {insecure: true, auth: {${auth}, ${project}}}`) },
  { title: 'OS_INSECURE', files: {}, env: { ...openrc, OS_INSECURE: 'True' } },
  {
    title: 'OS_INSECURE=1',
    files: {},
    env: { ...openrc, OS_INSECURE: '1' },
    differs: 'openstacksdk takes 1 for false',
  },
  { title: 'verify: no', files: clouds(`lab: {verify: no, auth: {${auth}, ${project}}}`) },
  {
    title: 'cacert, ~',
    files: { ...clouds(`lab: {cacert: ~/ca.pem, auth: {${auth}, ${project}}}`), 'home/ca.pem': '' },
  },
  {
    title: 'anchors',
    files: {
      'work/clouds.yaml': `s: &s {region_name: r, interface: internal}\nclouds:\n  lab:\n    <<: *s\n    auth: {${auth}, ${project}}\n`,
    },
  },
  {
    title: 'dashes',
    files: clouds(
      `lab: {region-name: r, auth: {auth-url: https://x/v3, username: u, password: p, user-domain-id: d, project-id: i}}`,
    ),
  },
  {
    title: 'digits with a zero in front',
    files: clouds('a: {auth: {auth_url: https://x/v3, username: u, password: 0123, user_domain_id: d, project_id: i}}'),
    differs: 'PyYAML takes 0123 for an octal number',
  },
  { title: 'broken file', files: { 'work/clouds.yaml': 'clouds: [' } },
];

const chosen = cases.filter(({ title }) => title.includes(word));

const asked = `
import json, sys, warnings
warnings.simplefilter('ignore')
try:
    from openstack.config import loader
    one = loader.OpenStackConfig().get_one()
    c, a = one.config, one.config['auth']
    verify, cert = one.get_requests_verify_args()
    u, p = a.get('user_domain_id'), a.get('project_domain_id')
    print(json.dumps(dict(name=one.name, region=one.region_name or None, interface=c['interface'],
        auth_url=a['auth_url'], username=a.get('username'), password=a.get('password'),
        user_domain=u or a.get('user_domain_name'), project=a.get('project_id') or a.get('project_name'),
        project_domain=None if a.get('project_id') else p or a.get('project_domain_name'), verify=verify)))
except Exception as e:
    print(json.dumps(dict(error=type(e).__name__ + ': ' + str(e)[:100])))
`;

function sdk(env, folder) {
  const run = spawnSync(python, ['-c', asked], { env, cwd: join(folder, 'work'), encoding: 'utf8' });
  try {
    return JSON.parse(run.stdout.trim().split('\n').at(-1));
  } catch {
    return { error: run.stderr.trim().split('\n').at(-1) };
  }
}

const outfile = join(root, 'account.mjs');
await build({
  entryPoints: [join(top, 'src/config/account.ts')],
  bundle: true,
  format: 'esm',
  platform: 'node',
  outfile,
});
const { resolveAccount } = await import(pathToFileURL(outfile).href);

async function fed(env, folder) {
  try {
    const { account } = await resolveAccount({
      env,
      options: {},
      cwd: join(folder, 'work'),
      homeDirectory: join(folder, 'home'),
    });
    const { user, password } = account.methods[0];
    return {
      name: account.name,
      region: account.region ?? null,
      interface: account.interface,
      auth_url: account.authUrl,
      username: user?.name ?? null,
      password: password ?? null,
      user_domain: user?.domain?.id ?? user?.domain?.name ?? null,
      project: account.project?.id ?? account.project?.name ?? null,
      project_domain: account.project?.domain?.id ?? account.project?.domain?.name ?? null,
      verify: account.connection.insecure ? false : (account.connection.caFile ?? true),
    };
  } catch (error) {
    return { error: error.message };
  }
}

function differences(one, other) {
  if (one.error !== undefined || other.error !== undefined) {
    return one.error !== undefined && other.error !== undefined
      ? []
      : [`${one.error ?? 'works'}  |  ${other.error ?? 'works'}`];
  }
  return Object.keys(one)
    .filter((key) => one[key] !== other[key])
    .map((key) => `${key}: ${one[key]}  |  ${other[key]}`);
}

let unexpected = 0;
try {
  for (const [index, { title, files, env = {}, differs }] of chosen.entries()) {
    const folder = join(root, String(index));
    for (const each of ['home', 'work']) mkdirSync(join(folder, each), { recursive: true });
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    }
    const set = Object.entries(env).filter(([, value]) => value !== undefined);
    const variables = Object.fromEntries(set.map(([name, value]) => [name, value.replace('$ROOT', folder)]));
    const whole = { HOME: join(folder, 'home'), PATH: process.env.PATH, ...variables };
    const found = differences(sdk(whole, folder), await fed(whole, folder));
    const asMeant = found.length === 0 ? differs === undefined : differs !== undefined;
    if (!asMeant) unexpected++;
    const verdict = found.length === 0 ? 'same' : `differs${differs === undefined ? '' : ` as meant (${differs})`}`;
    console.log(`${asMeant ? ' ' : '!'} ${title}: ${verdict}${found.map((each) => `\n      ${each}`).join('')}`);
  }
} finally {
  rmSync(root, { recursive: true, force: true });
}
console.log(`${chosen.length} cases, ${unexpected} not as meant (openstacksdk | fed).`);
process.exitCode = unexpected === 0 ? 0 : 1;
