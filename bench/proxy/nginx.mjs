/** What starting an nginx of one's own needs. */
import { createServer } from 'node:net';

/** Root's nginx would hand its work to somebody who may not read our folder. */
export const asWhoStarts = process.getuid?.() === 0 ? 'user root;\n' : '';

/** So many ports that nobody listens on. */
export async function freePorts(count) {
  const servers = await Promise.all(
    Array.from({ length: count }, () => {
      const server = createServer();
      return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
    }),
  );
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** Wait until somebody answers there. */
export async function answering(url) {
  for (let tries = 0; ; tries += 1) {
    try {
      await fetch(url);
      return;
    } catch (error) {
      if (tries > 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
