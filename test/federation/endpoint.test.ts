import { describe, expect, it } from 'vitest';
import { urlIn } from '../../src/federation/endpoint.ts';

const service = { type: 'object-store', aliases: [], projectInPath: false };
const target = { service, path: '/photos', query: '' };

describe('an endpoint override', () => {
  it.each(['%(project_id)s', '%(tenant_id)s', '$(project_id)s', '$(tenant_id)s'])(
    'has the project for %s',
    (written) => {
      const overrides = { 'object-store': `https://swift.example/v1/AUTH_${written}` };
      expect(urlIn([], 'p1', { interface: 'public', overrides }, target)).toBe(
        'https://swift.example/v1/AUTH_p1/photos',
      );
    },
  );
});
