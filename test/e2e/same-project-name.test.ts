/** A provider with two projects of one name, in two domains. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { type Fronts, startFronts } from '../support/fronts.ts';
import { type Place, placeFor } from './fed.ts';

let sandbox: Awaited<ReturnType<typeof startSandbox>>;
let fronts: Fronts;
let place: Place;
let ids: readonly string[];

const domains = [
  { id: 'default', name: 'Default' },
  { id: 'e7a5', name: 'Astronomy' },
];

interface Body {
  projects?: { id: string; name: string; domain_id: string }[];
  token?: { project?: { id: string; name: string; domain: unknown } };
}

beforeAll(async () => {
  sandbox = await startSandbox({ providers: 1 });
  ids = sandbox
    .cloud('sp-a')
    .projects.filter(({ name }) => /^research-(one|two)$/.test(name))
    .map(({ id }) => id);
  fronts = await startFronts(sandbox, ({ cloud, json }) => {
    if (cloud !== 'sp-a') return;
    const { projects = [], token } = json as Body;
    for (const project of [...projects, token?.project]) {
      const domain = domains[ids.indexOf(project?.id ?? '')];
      if (project === undefined || domain === undefined) continue;
      project.name = 'admin';
      // Keystone lists projects with the id of the domain alone, and a token has its name, too.
      if ('domain' in project) project.domain = domain;
      else project.domain_id = domain.id;
    }
  });
});

afterAll(async () => {
  await fronts.close();
  await sandbox.close();
});

beforeEach(() => {
  place = placeFor({
    ...sandbox.env('alice'),
    OS_AUTH_URL: fronts.authUrl('home'),
    OS_SERVICE_PROVIDER: 'sp-a',
    OS_REMOTE_PROJECT_NAME: 'admin',
  });
});

afterEach(() => place.remove());

const listing = ['volume', 'list', '--limit', '1', '-f', 'value', '-c', 'fed_project_id'];
const creating = ['curl', '-d', '{"volume": {"size": 1}}', 'volume/volumes'];

const created = () =>
  sandbox.cloud('sp-a').requests.filter(({ method, path }) => method === 'POST' && /volumes$/.test(path));

describe('the domain of the remote project', () => {
  it('chooses among projects of one name, by id and by name, also where all is remembered', async () => {
    const cases = [
      ['OS_REMOTE_PROJECT_DOMAIN_ID', 'e7a5', 1],
      ['OS_REMOTE_PROJECT_DOMAIN_NAME', 'Astronomy', 1],
      ['OS_REMOTE_PROJECT_DOMAIN_NAME', 'Default', 0],
    ] as const;
    for (const [name, value, index] of cases) {
      const { code, stdout, stderr } = await place.run(listing, { env: { [name]: value } });
      expect({ value, code, stdout, stderr }).toEqual({ value, code: 0, stdout: `${ids[index]}\n`, stderr: '' });
    }
    const { stdout } = await place.run([...listing, '--os-remote-project-domain-name', 'Astronomy']);
    expect(stdout).toBe(`${ids[1]}\n`);
  });

  it('says where a write goes', async () => {
    sandbox.clearRequests();
    const { code, stdout } = await place.run(creating, { env: { OS_REMOTE_PROJECT_DOMAIN_NAME: 'Astronomy' } });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ volume: { size: 1 } });
    expect(created().map(({ project }) => project)).toEqual(['research-two']);
  });

  it('that does not exist: nothing is listed, shown or written', async () => {
    const volume = (await place.run([...listing, '-c', 'id'])).stdout.split(' ')[0]?.trim() ?? '';
    sandbox.clearRequests();
    for (const args of [listing, creating, ['volume', 'show', volume]]) {
      const { code, stdout, stderr } = await place.run(args, { env: { OS_REMOTE_PROJECT_DOMAIN_NAME: 'Nowhere' } });
      expect({ args, code, stdout }).toEqual({ args, code: 2, stdout: '' });
      expect(stderr).toContain('There is no project admin in the domain Nowhere at sp-a');
    }
    expect(created()).toEqual([]);
  });

  it('is said with the ids where a write could be meant for several', async () => {
    sandbox.clearRequests();
    const { code, stderr } = await place.run(creating);
    expect(code).toBe(2);
    expect(stderr).toContain(`sp-a/admin (${ids[0]}, domain default), sp-a/admin (${ids[1]}, domain e7a5)`);
    expect(stderr).toContain('--os-remote-project-domain-id');
    expect(created()).toEqual([]);
  });
});
