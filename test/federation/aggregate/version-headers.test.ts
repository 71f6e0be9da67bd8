import { describe, expect, it } from 'vitest';
import { commonVersionHeaders, versionHeadersIn } from '../../../src/federation/aggregate/version-headers.ts';
import type { HeaderPairs } from '../../../src/ports/http.ts';
import { type Asked, ask } from '../../support/aggregated.ts';
import { type FakeOptions, fakeFederation } from '../../support/fake-federation.ts';

const scopes = { home: ['research'], 'sp-a': ['one'], 'sp-c': ['archive'] };

/** As Nova and Cinder send them. */
function nova(version: string): HeaderPairs {
  return [
    ['OpenStack-API-Version', `compute ${version}`],
    ['X-OpenStack-Nova-API-Version', version],
    ['Vary', 'OpenStack-API-Version'],
    ['Vary', 'X-OpenStack-Nova-API-Version'],
  ];
}

function cinder(version: string): HeaderPairs {
  return [
    ['OpenStack-API-Version', `volume ${version}`],
    ['Vary', 'OpenStack-API-Version'],
  ];
}

async function headersOf(target: string, answer: FakeOptions['answer'], options: Asked = {}) {
  const { federation } = await fakeFederation({ scopes, without: { 'sp-c': ['compute'] }, answer });
  const answered = await ask(federation, target, options);
  return answered.kind === 'page' ? answered.headers : answered.response.headers;
}

describe('the headers of an aggregated page', () => {
  it('are the service’s own on its version', async () => {
    const headers = [...nova('2.1'), ['X-Compute-Request-Id', 'req-1'], ['Content-Length', '12']] as HeaderPairs;
    const answer = () => ({ json: { servers: [] }, headers });
    for (const target of ['compute/servers', 'compute/servers?sort_key=name', 'compute/servers?limit=0']) {
      expect(await headersOf(target, answer)).toEqual(nova('2.1'));
    }
  });

  it('are those of the lowest version that a scope answered in', async () => {
    const headers = await headersOf('compute/servers', ({ provider }) => ({
      json: { servers: [] },
      headers: nova(provider === 'home' ? '2.93' : '2.100'),
    }));
    expect(headers).toEqual(nova('2.93'));
    const older = await headersOf('compute/servers', ({ provider }) => ({
      json: { servers: [] },
      headers: nova(provider === 'home' ? '2.93' : '2.79'),
    }));
    expect(older).toEqual(nova('2.79'));
  });

  it('are none where the service sends none, nor those of a scope that refused', async () => {
    expect(await headersOf('image/images', () => ({ json: { images: [] } }))).toEqual([]);
    const headers = await headersOf('volume/volumes', ({ provider }) =>
      provider === 'home'
        ? { status: 406, json: { computeFault: { message: 'no' } }, headers: cinder('3.99') }
        : { json: { volumes: [] }, headers: cinder('3.70') },
    );
    expect(headers).toEqual(cinder('3.70'));
  });

  it('are the first’s where no version can be read', () => {
    const lines = (value: string) => [['OpenStack-API-Version', value]] as const;
    expect(commonVersionHeaders([[], lines('one'), lines('two')])).toEqual(lines('one'));
    expect(commonVersionHeaders([lines('one'), lines('volume 3.0')])).toEqual(lines('volume 3.0'));
    expect(commonVersionHeaders([lines('x 2.3'), lines('x 1.39')])).toEqual(lines('x 1.39'));
    expect(commonVersionHeaders([])).toEqual([]);
  });

  it('are known in any case, and by any service’s name', () => {
    const lines = [
      ['openstack-api-version', 'share 2.0'],
      ['x-openstack-manila-api-version', '2.0'],
      ['vary', 'X-OpenStack-Manila-API-Version'],
    ] as const;
    expect(versionHeadersIn([...lines, ['x-openstack-request-id', 'r'], ['x-auth-token', 't']])).toEqual(lines);
  });

  it('follow what the client asked for, which every scope is asked', async () => {
    const asked: string[] = [];
    const headers = await headersOf(
      'compute/servers',
      ({ request }) => {
        const version = request.headers.find(([name]) => name === 'X-OpenStack-Nova-API-Version')?.[1] ?? '2.1';
        asked.push(version);
        return { json: { servers: [] }, headers: nova(version) };
      },
      { headers: [['X-OpenStack-Nova-API-Version', '2.90']] },
    );
    expect(asked).toEqual(['2.90', '2.90']);
    expect(headers).toEqual(nova('2.90'));
  });
});
