import { describe, expect, it } from 'vitest';
import { endpointsIn, urlBelow } from '../../src/federation/endpoint.ts';

const service = { type: 'object-store', aliases: [], projectInPath: false };
const target = { service, path: '/photos', query: '' };

describe('an endpoint override', () => {
  it.each(['%(project_id)s', '%(tenant_id)s', '$(project_id)s', '$(tenant_id)s'])(
    'has the project for %s',
    (written) => {
      const overrides = { 'object-store': `https://swift.example/v1/AUTH_${written}` };
      const provider = { name: 'home', endpoints: { interfaces: ['public' as const], overrides } };
      const [endpoint] = endpointsIn([], service, provider) ?? [];
      expect(endpoint && urlBelow(endpoint, 'p1', target)).toBe('https://swift.example/v1/AUTH_p1/photos');
    },
  );
});
