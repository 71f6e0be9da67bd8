/** Faults of the account: tokens, assertions, projects, catalogs, and clocks. */
import type { Fault } from '../../src/sandbox/faults/fault.ts';
import type { Where } from './expected.ts';
import type { World } from './world.ts';

export interface AccountRow {
  readonly name: string;
  readonly at: Where;
  /** The front end is used once before, so that everything is remembered. */
  readonly isWarm?: true;
  readonly put: readonly Fault[];
  /** Besides. */
  readonly before?: (world: World) => void;
  /** What comes of it, by front end: exit codes, statuses, codes of errors. */
  readonly wanted: Readonly<Record<string, string>>;
}

const fine = {
  list: '0',
  show: '0',
  curl: '0',
  delete: '0',
  create: '0',
  proxy: '200 200 202 202',
  interceptor: '200',
};

/** sp-b cannot be asked, and all else goes on. */
const without = {
  list: '6',
  show: '7',
  curl: '7',
  delete: '7',
  create: '7',
  proxy: '200 502 502 502 −sp-b',
  interceptor: 'FED_COULD_NOT_SAY',
};

const ended =
  (...clouds: readonly string[]) =>
  (world: World) => {
    for (const cloud of clouds) world.sandbox.expireTokens(cloud);
  };

const DAY = 86_400;

export const accountRows: readonly AccountRow[] = [
  { name: 'token expired before', at: 'one', isWarm: true, put: [], before: ended('sp-b'), wanted: fine },
  {
    name: 'token expired before',
    at: 'home',
    isWarm: true,
    put: [],
    before: ended('home'),
    // The proxy's client has this token from home, and is told so.
    wanted: { ...fine, proxy: '401 401 401 401', interceptor: '401' },
  },
  {
    name: 'token expired during',
    at: 'one',
    put: [{ kind: 'expired-tokens', cloud: 'sp-b', service: 'block-storage', times: 1 }],
    wanted: fine,
  },
  {
    name: 'every token revoked at once',
    at: 'one',
    put: [{ kind: 'expired-tokens', cloud: 'sp-b', service: 'block-storage' }],
    // What names its provider is passed on as it is. Side by side, the requests of the proxy would end each other's tokens.
    wanted: { list: '6', show: '7', curl: '0', delete: '7', create: '0', interceptor: 'FED_COULD_NOT_SAY' },
  },
  {
    name: 'clock off',
    at: 'one',
    put: [{ kind: 'clock', cloud: 'sp-b', seconds: DAY }],
    before: ended('sp-b'),
    wanted: without,
  },
  { name: 'clock off', at: 'all', put: [{ kind: 'clock', seconds: -DAY }], wanted: fine },
  {
    name: 'assertion refused',
    at: 'one',
    put: [{ kind: 'mapping-knows-nobody', cloud: 'sp-b' }],
    before: ended('sp-b'),
    wanted: without,
  },
  {
    name: 'no assertion from home',
    at: 'home',
    put: [{ kind: 'status', status: 403, cloud: 'home', path: 'saml2/ecp' }],
    before: ended('sp-a', 'sp-b'),
    // It is about what is at home, for which there is no need of one.
    wanted: { ...fine, list: '6', proxy: '200 200 202 202 −sp-a,sp-b' },
  },
  {
    name: 'account refused',
    at: 'home',
    put: [{ kind: 'status', status: 401, cloud: 'home', path: '/auth/tokens', method: 'POST' }],
    // The proxy's client is logged in.
    wanted: { ...fine, list: '3', show: '3', curl: '3', delete: '3', create: '3', interceptor: 'FED_HOME_AUTH' },
  },
  {
    name: 'project gone',
    at: 'one',
    isWarm: true,
    put: [{ kind: 'no-projects', cloud: 'sp-b' }],
    before: ended('sp-b'),
    // The proxy is told that sp-b has nothing for this user, so nobody has what is looked for.
    wanted: { ...without, proxy: '200 403 404 502 −sp-b', interceptor: 'FED_PROVIDER_AUTH' },
  },
  {
    name: 'no catalog with the token',
    at: 'one',
    put: [{ kind: 'catalog', change: 'missing', cloud: 'sp-b' }],
    before: ended('sp-b'),
    wanted: without,
  },
  {
    name: 'service not in the catalog',
    at: 'one',
    put: [{ kind: 'catalog', change: 'empty', service: 'block-storage', cloud: 'sp-b' }],
    before: ended('sp-b'),
    // Who has other services and not this one has nothing of the kind, which is normal.
    wanted: {
      list: '0',
      show: '4',
      curl: '1',
      delete: '0',
      create: '1',
      proxy: '200 404 404 404',
      interceptor: '404',
    },
  },
  {
    name: 'address in the catalog is none',
    at: 'one',
    put: [{ kind: 'catalog', change: 'bad-url', service: 'block-storage', cloud: 'sp-b' }],
    before: ended('sp-b'),
    wanted: without,
  },
];
