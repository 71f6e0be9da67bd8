/** Requests by cloud and step: those that are predicted, and those that reached the sandbox's clouds. */
const seenAs = { probe: 'item', forward: 'item' };

export class Tally {
  clouds = {};

  /** A probe and the request itself look the same from the cloud. */
  add(cloud, step, count = 1) {
    this.clouds[cloud] ??= {};
    const counts = this.clouds[cloud];
    const seen = seenAs[step] ?? step;
    counts[seen] = (counts[seen] ?? 0) + count;
  }

  /** By step: of home, and of all providers together. */
  sums() {
    const sums = {};
    for (const [cloud, counts] of Object.entries(this.clouds)) {
      for (const [step, count] of Object.entries(counts)) {
        const name = `${cloud === 'home' ? 'home' : 'providers'}: ${step}`;
        sums[name] = (sums[name] ?? 0) + count;
      }
    }
    return sums;
  }

  get text() {
    const sums = {};
    for (const counts of Object.values(this.clouds)) {
      for (const [step, count] of Object.entries(counts)) sums[step] = (sums[step] ?? 0) + count;
    }
    return textOf(sums);
  }

  /** The clouds at which another differs. */
  differences(other) {
    const names = new Set([...Object.keys(this.clouds), ...Object.keys(other.clouds)]);
    return [...names].filter((name) => textOf(this.clouds[name] ?? {}) !== textOf(other.clouds[name] ?? {}));
  }
}

const ways = [
  ['login', ({ method, path, home }) => home && method === 'POST' && path === '/v3/auth/tokens'],
  ['scope', ({ method, path, home }) => !home && method === 'POST' && path === '/v3/auth/tokens'],
  ['check', ({ method, path, home }) => home && method === 'GET' && path === '/v3/auth/tokens'],
  ['assertion', ({ path, home }) => home && path.endsWith('/saml2/ecp')],
  ['federated-token', ({ method, path }) => method === 'GET' && /\/OS-FEDERATION\/.*\/auth$/.test(path)],
  ['present', ({ method, path }) => method === 'POST' && /ECP|paos/i.test(path)],
  ['projects', ({ path }) => path === '/v3/auth/projects'],
  ['list', ({ method, path }) => method === 'GET' && /\/(?:volumes|servers)\/detail$/.test(path)],
  ['item', ({ method, path }) => method === 'GET' && /\/volumes\/[0-9a-f-]{36}$/.test(path)],
  ['versions', ({ method, path }) => method === 'GET' && /^\/(?:volume|block-storage)?(?:\/?v3)?\/?$/.test(path)],
];

/** @param requests the sandbox's log, by cloud */
export function counted(requests) {
  const tally = new Tally();
  for (const [cloud, entries] of Object.entries(requests)) {
    for (const { method, path } of entries) {
      const asked = { method, path: path.split('?')[0].replace(/^\/identity/, ''), home: cloud === 'home' };
      tally.add(cloud, ways.find(([, fits]) => fits(asked))?.[0] ?? `${method} ${path}`);
    }
  }
  return tally;
}

function textOf(counts) {
  const order = ways.map(([step]) => step);
  const texts = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .sort(([one], [other]) => order.indexOf(one) - order.indexOf(other))
    .map(([step, count]) => `${count} ${step}`);
  return texts.length === 0 ? 'nothing' : texts.join(', ');
}
