import type { Exchange } from '../http/exchange.ts';
import type { Range } from '../wsgi/microversion.ts';

/** Nova's version documents. Their links are built from the Host header. */

const v20 = { id: 'v2.0', status: 'SUPPORTED', version: '', min_version: '', updated: '2011-01-21T11:33:21Z' };
const v21 = ({ most }: Range) => ({
  id: 'v2.1',
  status: 'CURRENT',
  version: `2.${most}`,
  min_version: '2.1',
  updated: '2013-07-23T11:33:21Z',
});

const self = ({ origin }: Exchange, rest: string) => ({ rel: 'self', href: `${origin}/compute${rest}` });
const media = (version: string) => [
  { base: 'application/json', type: `application/vnd.openstack.compute+json;version=${version}` },
];

export function versions(exchange: Exchange, range: Range): unknown {
  return {
    versions: [
      { ...v20, links: [self(exchange, '/v2/')] },
      { ...v21(range), links: [self(exchange, '/v2.1/')] },
    ],
  };
}

export function version(exchange: Exchange, range: Range): unknown {
  const docs = { rel: 'describedby', type: 'text/html', href: 'http://docs.openstack.org/' };
  return { version: { ...v21(range), links: [self(exchange, '/v2.1/'), docs], 'media-types': media('2.1') } };
}

/** The answer to a version that is not there: 300, never a "found". */
export function choices(exchange: Exchange, path: string): unknown {
  return {
    choices: [
      { id: 'v2.0', status: 'SUPPORTED', links: [self(exchange, `/v2${path}`)], 'media-types': media('2') },
      { id: 'v2.1', status: 'CURRENT', links: [self(exchange, `/v2.1${path}`)], 'media-types': media('2.1') },
    ],
  };
}
