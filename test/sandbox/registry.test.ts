import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../src/sandbox/api.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { resourceTypes, serviceOf } from '../../src/services/index.ts';
import type { ResourceType } from '../../src/services/types.ts';
import { type Answer, call } from '../contract/http.ts';
import { login, type SandboxScope } from './login.ts';

let sandbox: Sandbox;
let scope: SandboxScope;

beforeAll(async () => {
  sandbox = await startSandbox();
  scope = await login(sandbox, 'alice', 'home', 'research');
});

afterAll(() => sandbox.close());

/** Where a type's paths begin. */
function base(type: ResourceType): string {
  const url = scope.url(type.service);
  return url.includes('/v') && /\/v\d/.test(url) ? url : `${url}/${serviceOf(type.service)?.version}`;
}

function get(type: ResourceType, path: string): Promise<Answer> {
  const name = serviceOf(type.service)?.microversion;
  const headers = type.microversion === undefined ? {} : { 'OpenStack-API-Version': `${name} ${type.microversion}` };
  return call('GET', `${base(type)}${path}`, { token: scope.token, headers });
}

const itemPath = (type: ResourceType, id: string) => type.paths.item.replace('{id}', id);
const identity = resourceTypes.filter(({ service }) => service === 'identity');
const others = resourceTypes.filter(({ service }) => service !== 'identity');

async function items(type: ResourceType): Promise<Record<string, unknown>[]> {
  const answer = await get(type, type.paths.detail ?? type.paths.list);
  expect(answer.status).toBe(200);
  const list = answer.json[type.listKey];
  return type.elementKey === undefined
    ? list
    : list.map((element: Record<string, unknown>) => element[type.elementKey ?? '']);
}

/** Whether a JSON pointer leads to something, be it null. */
function leads(item: unknown, pointer: string): boolean {
  let found: unknown = item;
  for (const key of pointer.split('/').slice(1)) {
    if (typeof found !== 'object' || found === null || !(key in found)) return false;
    found = (found as Record<string, unknown>)[key];
  }
  return true;
}

describe('the registry against the sandbox', () => {
  it.each(others.map((type) => [type.name, type] as const))(
    '%s: has some to list and to show, under the keys that it says',
    async (_, type) => {
      const [first] = await items(type);
      expect(first).toBeDefined();
      const id = String(first?.[type.idField]);
      const shown = await get(type, itemPath(type, id));
      expect(shown.status).toBe(200);
      expect((type.itemKey === null ? shown.json : shown.json[type.itemKey])[type.idField]).toBe(id);
    },
  );

  it.each(others.map((type) => [type.name, type] as const))(
    "%s: the columns' pointers lead to fields that are there",
    async (_, type) => {
      const [first] = await items(type);
      for (const { pointer, title } of type.columns) {
        const found = [pointer].flat().some((one) => leads(first, one));
        expect({ title, found }).toEqual({ title, found: true });
      }
    },
  );

  it.each(others.map((type) => [type.name, type] as const))(
    '%s: an id that nobody has is a 404 that names it',
    async (_, type) => {
      const answer = await get(type, itemPath(type, '11111111-2222-4333-8444-555555555555'));
      expect(answer.status).toBe(404);
      expect(answer.text).toContain('11111111-2222-4333-8444-555555555555');
    },
  );

  it.each(identity.map((type) => [type.name, type] as const))(
    '%s: a plain user may list it or not, but the path is there',
    async (_, type) => {
      expect([200, 403]).toContain((await get(type, type.paths.list)).status);
    },
  );
});
