/**
 * The clouds behind the proxy: a sandbox, for Keystone and the federation, with an nginx before each cloud that answers
 * for the services, so that these cost next to nothing. What Keystone says of addresses leads to that nginx.
 *
 * - `servers/ID` at sp-a: 1.5 kB from memory, for any ID
 * - `servers/detail?name=N` at sp-a: a page of 1,000 servers that no other N has
 * - other listings: the sandbox's, kept by nginx after the first time
 * - a token of alice's with `.N` at its end is one of a user of her own, for each N
 * - `/image` everywhere: `bulk.mjs`, which takes and gives bodies of any size
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFederation } from '../commands/federation.mjs';
import { answering, asWhoStarts, freePorts } from './nginx.mjs';
import { LOAD_CORE, own, start, stop } from './processes.mjs';

const SERVER = {
  name: 'research-one-server-1',
  status: 'ACTIVE',
  tenant_id: 'bc478a5b003217987f16935b88be4d12',
  created: '2026-01-02T03:04:05Z',
  updated: '2026-01-02T03:05:06Z',
  flavor: { id: 'c1', links: [{ rel: 'bookmark', href: 'http://127.0.0.1/compute/flavors/c1' }] },
  metadata: { note: 'x'.repeat(1000) },
  addresses: { private: [{ addr: '10.0.0.7', version: 4, 'OS-EXT-IPS:type': 'fixed' }] },
};
/** Servers of a page that is made. */
export const PAGE = 1000;
/** Stands where a page's name is in its ids. */
const PLACE = 'PAGENAME';

/** The name of a page: eight digits. */
export const pageName = (page) => `${page}`.padStart(8, '0');

/** The id of the nth server of a page. */
export const serverId = (name, n) => `5e54e600-0000-4000-8000-${name}${`${n}`.padStart(4, '0')}`;

/** @param options of `fed sandbox` */
export async function openClouds(...options) {
  const folder = mkdtempSync(join(tmpdir(), 'fed-bench-clouds-'));
  const federation = await openFederation(...options);
  const { env } = federation;
  const authUrl = env.OS_AUTH_URL;
  const { token } = await login(authUrl, env);
  const person = token.user.id;
  const sandboxes = {
    home: new URL(authUrl).origin,
    ...Object.fromEntries(token.service_providers.map(({ id, auth_url }) => [id, new URL(auth_url).origin])),
  };
  const bulk = await start('bulk', process.execPath, [join(import.meta.dirname, 'bulk.mjs')], { core: LOAD_CORE });
  const ports = await freePorts(Object.keys(sandboxes).length);
  const clouds = Object.entries(sandboxes).map(([name, sandbox], at) => ({
    name,
    sandbox,
    port: ports[at],
    url: `http://127.0.0.1:${ports[at]}`,
    socket: join(folder, `${name}.sock`),
  }));
  for (const name of ['cache', 'temporary']) mkdirSync(join(folder, name));
  const servers = Array.from({ length: PAGE }, (_, n) => ({ ...SERVER, id: serverId(PLACE, n) }));
  writeFileSync(join(folder, 'page.json'), JSON.stringify({ servers }));
  const config = join(folder, 'nginx.conf');
  writeFileSync(config, configOf(folder, clouds, bulk.line, person));
  const args = ['-c', LOAD_CORE, 'nginx', '-c', config, '-p', folder, '-e', 'stderr'];
  const nginx = own(spawn('taskset', args, { stdio: ['ignore', 'inherit', 'inherit'] }));
  const home = clouds[0].url;
  const identity = `${home}/identity/v3`;
  await answering(identity);
  return {
    env: { ...env, OS_AUTH_URL: identity },
    /** Where a cloud's services are. */
    url: (name) => clouds.find((cloud) => cloud.name === name).url,
    bulk: bulk.line,
    count: clouds.length,
    /** What is asked of the compute services while something runs. */
    async recorded(run) {
      const log = join(folder, 'compute.log');
      const before = statSync(log).size;
      await run();
      const lines = readFileSync(log, 'utf8').slice(before).trim().split('\n');
      return lines.map((line) => {
        const [port, path, token] = line.split(' ');
        return { url: `http://127.0.0.1:${port}${path}`, token };
      });
    },
    /** Of alice's, at a provider. */
    projectAt: (provider) =>
      JSON.parse(federation.run('project', 'list', '-f', 'json')).find((project) => project.provider === provider).id,
    async close() {
      await stop(nginx);
      await stop(bulk.child);
      await federation.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A token of a user's, from any Identity service. */
export async function login(identity, env) {
  const domain = { name: env.OS_USER_DOMAIN_NAME };
  const response = await fetch(`${identity}/auth/tokens`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      auth: {
        identity: {
          methods: ['password'],
          password: { user: { name: env.OS_USERNAME, password: env.OS_PASSWORD, domain } },
        },
        scope: { project: { name: env.OS_PROJECT_NAME, domain } },
      },
    }),
  });
  const body = await response.json();
  if (response.status !== 201) throw new Error(`${identity} answered ${response.status}: ${JSON.stringify(body)}`);
  return { secret: response.headers.get('x-subject-token'), token: body.token };
}

function configOf(folder, clouds, bulk, person) {
  // Only the addresses in JSON: assertions are signed.
  const led = clouds.flatMap(({ sandbox, url }) => [
    `sub_filter '${sandbox}/identity/' '${url}/identity/';`,
    `sub_filter '${sandbox}/compute/' '${url}/compute/';`,
    `sub_filter '${sandbox}/image' '${bulk}/image';`,
  ]);
  led.push(`sub_filter '${person}' '${person}$nth';`);
  return `
${asWhoStarts}daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log stderr error;
events { worker_connections 4096; }
http {
  log_format asked '$server_port $request_uri $http_x_auth_token';
  access_log off;
  client_body_temp_path ${folder}/temporary;
  proxy_temp_path ${folder}/temporary;
  proxy_cache_path ${folder}/cache keys_zone=pages:10m inactive=1h use_temp_path=off;
  open_file_cache max=10000 inactive=1h;
  keepalive_requests 100000000;
  keepalive_timeout 1h;
  large_client_header_buffers 8 64k;
  client_max_body_size 0;
  default_type application/json;
  map $http_x_subject_token $nth { default ''; '~\\.(?<n>[0-9]+)$' $n; }
  map $http_x_subject_token $subject { default $http_x_subject_token; '~^(?<real>[^.]+)\\.[0-9]+$' $real; }
  map $http_x_auth_token $token { default $http_x_auth_token; '~^(?<own>[^.]+)\\.[0-9]+$' $own; }
${clouds.map((cloud) => cloudConfig(folder, cloud, led)).join('')}
}
`;
}

function cloudConfig(folder, { name, port, socket, sandbox }, led) {
  const kept = `
      proxy_pass http://unix:${socket};
      proxy_cache pages;
      proxy_cache_key ${name}$request_uri$http_x_auth_token;
      proxy_cache_valid 200 1h;
      access_log ${folder}/compute.log asked;`;
  const made = `
    location ~ '^/compute/v2.1/servers/(?<id>[0-9a-f-]{36})$' {
      return 200 '${JSON.stringify({ server: { id: '$id', ...SERVER } })}';
    }
    location = /compute/v2.1/servers/detail {
      if ($arg_name != '') { rewrite ^ /page.json last; }${kept}
    }
    location = /page.json {
      internal;
      root ${folder};
      sub_filter ${PLACE} $arg_name;
      sub_filter_once off;
      sub_filter_types application/json;
    }`;
  return `
  server {
    listen unix:${socket};
    sub_filter_once off;
    sub_filter_types application/json;
    ${led.join('\n    ')}
    location / {
      proxy_pass ${sandbox};
      proxy_set_header Accept-Encoding "";
      proxy_set_header X-Subject-Token $subject;
      proxy_set_header X-Auth-Token $token;
    }
  }
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location / { proxy_pass http://unix:${socket}; }
    location /compute/ {${kept}
    }${name === 'sp-a' ? made : ''}
  }
`;
}
