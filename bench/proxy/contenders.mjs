/** The proxies that are compared, each on the core that is kept for them. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fed } from '../commands/federation.mjs';
import { answering, asWhoStarts, freePorts } from './nginx.mjs';
import { own, PROXY_CORE, start, stop } from './processes.mjs';

/** @param env says where home is @param options of `fed proxy` and of Node */
export async function openFed(env, { core = PROXY_CORE, options = [], nodeOptions = [] } = {}) {
  const args = [...nodeOptions, fed, 'proxy', '--listen', '127.0.0.1:0', ...options];
  const { child, line } = await start('fed proxy', process.execPath, args, { core, env, prints: 'stderr' });
  return { name: 'fed proxy', url: line, pid: child.pid, close: () => stop(child) };
}

/** nginx, which streams both ways and keeps connections to the upstream. */
export async function openNginx(upstream) {
  const folder = mkdtempSync(join(tmpdir(), 'fed-bench-nginx-'));
  const [port] = await freePorts(1);
  const config = join(folder, 'nginx.conf');
  writeFileSync(
    config,
    `${asWhoStarts}daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log stderr error;
events { worker_connections 4096; }
http {
  access_log off;
  client_body_temp_path ${folder};
  proxy_temp_path ${folder};
  client_max_body_size 0;
  keepalive_requests 100000000;
  large_client_header_buffers 4 64k;
  upstream clouds { server ${new URL(upstream).host}; keepalive 128; keepalive_requests 100000000; }
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location / {
      proxy_pass http://clouds;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_request_buffering off;
      proxy_buffering off;
    }
  }
}
`,
  );
  const args = ['-c', PROXY_CORE, 'nginx', '-c', config, '-p', folder, '-e', 'stderr'];
  const child = own(spawn('taskset', args, { stdio: ['ignore', 'inherit', 'inherit'] }));
  const url = `http://127.0.0.1:${port}`;
  await answering(url);
  return {
    name: 'nginx',
    url,
    pid: child.pid,
    async close() {
      await stop(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function openLibrary(upstream) {
  const args = [join(import.meta.dirname, 'library.mjs'), upstream];
  const { child, line } = await start('@fastify/http-proxy', process.execPath, args, { core: PROXY_CORE });
  return { name: '@fastify/http-proxy', url: line, pid: child.pid, close: () => stop(child) };
}
