/**
 * What the model is fed with, in one place. Where each figure comes from:
 *
 * asked      the question itself
 * measured   here, by costs.mjs; figures of time are those of one machine
 * real       measured on the real federation of the testbed, idle, on the same machine: what an operation took, with
 *            its database, is taken for CPU time of Keystone's
 * source     a constant of fed's, or a default of OpenStack's
 * assumed    nobody measured it: change it to yours
 */
const parameter = (value, from, what) => ({ value, from, what });

/** Name: value, where from, what it is. */
export const parameters = {
  users: parameter(1_000_000, 'asked', 'users of the one home'),
  providers: parameter(1000, 'asked', 'service providers that home lists'),

  activeShare: parameter(0.2, 'assumed', 'of the users work on a day'),
  proxyShare: parameter(0.5, 'assumed', 'of them through `fed proxy`, the others with `fed` commands'),
  workHours: parameter(10, 'assumed', 'of a day'),
  peakShare: parameter(0.15, 'assumed', "of the day's work is in its busiest hour"),
  sessions: parameter(4, 'assumed', 'sessions of a user and day (mean)'),
  commands: parameter(12, 'assumed', 'commands of a session (mean)'),
  pause: parameter(45, 'assumed', 'seconds from one command to the next (mean)'),
  requestsPerCommand: parameter(
    4,
    'assumed',
    'requests of a command that goes through a proxy, after its login (mean)',
  ),
  listShare: parameter(0.25, 'assumed', 'of the requests are listings'),
  newShare: parameter(0.1, 'assumed', 'of the others are about an id that fed does not know yet'),
  absentShare: parameter(0.1, 'assumed', 'of these about one that nobody has'),
  homeShare: parameter(0.3, 'assumed', 'of the resources are at home'),

  knownAt: parameter(3, 'assumed', 'providers that know a user (mean; geometric, at least 1)'),
  projectsAt: parameter(1.3, 'assumed', 'projects of a user at such a provider (mean)'),
  popularity: parameter(0.8, 'assumed', "Zipf exponent of the providers' popularity"),
  services: parameter([5, 3, 2], 'assumed', 'weights of Compute, Network and Storage among the requests'),
  pages: parameter(1.2, 'assumed', "pages of a scope's listing (mean)"),
  locations: parameter(300, 'assumed', 'resources of a user that are remembered'),

  lifetime: parameter(3600, 'source', 'seconds that tokens live: Keystone, `[token] expiration`'),
  tokenCheck: parameter(60, 'source', "seconds that home's word on a token counts: `fed proxy --token-check`"),
  serviceCache: parameter(
    300,
    'source',
    'seconds that services remember a token: keystonemiddleware, `token_cache_time`',
  ),
  tokensOfProcess: parameter(20_000, 'source', 'tokens that a proxy process knows at most (src/proxy/front.ts)'),

  loginMs: parameter(322, 'real', 'Keystone: a token for a password'),
  assertionMs: parameter(115, 'real', 'Keystone: an assertion, signed by xmlsec1 in a process of its own'),
  federatedTokenMs: parameter(59, 'real', 'Keystone: an unscoped federated token'),
  projectsMs: parameter(58, 'real', 'Keystone: the projects of a token'),
  scopeMs: parameter(238, 'real', 'Keystone: a scoped token'),
  checkMs: parameter(58, 'assumed', 'Keystone: what a token is; like the projects of one'),
  presentMs: parameter(59, 'real', 'SAML module of Apache: an assertion is presented'),

  proxyRequestMs: parameter(0.9, 'measured', 'proxy: CPU of a request'),
  upstreamMs: parameter(1, 'measured', 'proxy: CPU of each request to a cloud'),
  loginMsOfProvider: parameter(0.007, 'measured', "proxy: CPU of a login for each provider in home's answer"),

  tokenBytes: parameter(4600, 'measured', "a home token's body without its providers"),
  providerBytes: parameter(215, 'measured', 'each provider in it'),
  heldTokenBytes: parameter(9300, 'measured', 'a proxy process: heap for each token that it knows'),
  heldBytes: parameter(273, 'measured', 'and for each provider that home lists in it'),
  locationBytes: parameter(233, 'measured', 'shared memory: a location, with what memcached needs itself'),
  tokenValueBytes: parameter(1290, 'measured', 'shared memory: an entry, a list of projects or a scoped token'),
  assertionBytes: parameter(5500, 'real', 'an assertion'),
  itemBytes: parameter(1500, 'assumed', 'a resource in an answer'),
  itemsOfPage: parameter(100, 'assumed', 'resources of a page'),

  homeCores: parameter(64, 'assumed', "home's Keystone"),
  providerCores: parameter(8, 'assumed', "a provider's Keystone"),
  utilization: parameter(0.7, 'assumed', 'of a core can be used before requests queue'),
  homeNetwork: parameter(10e9 / 8, 'assumed', "bytes a second of home's Keystone"),
  proxies: parameter(64, 'assumed', 'processes of `fed proxy`, a core each'),
  heap: parameter(4.3e9, 'source', 'bytes that a Node process may hold (Node 20 with much memory)'),
  memoryBytes: parameter(64e9, 'assumed', 'shared memory, all servers together'),
};

/** The values alone. */
export const values = Object.fromEntries(Object.entries(parameters).map(([name, { value }]) => [name, value]));

const all = Number.POSITIVE_INFINITY;

/**
 * Ways to run the same users. `balance`: whether a client's requests may reach any process, or always the same one;
 * `asked`: how many providers fed asks for a user, those that know the user among them (0: no others); `refusal` and
 * `refusalsShared`: see footprint.mjs.
 */
export const ways = [
  { name: 'nothing set', balance: 'any', asked: { proxy: all, command: all } },
  { name: 'same process', balance: 'same', asked: { proxy: all, command: all } },
  { name: 'fewer asked', balance: 'same', asked: { proxy: 20, command: 0 } },
  { name: 'only their own', balance: 'same', asked: { proxy: 0, command: 0 } },
  { name: 'long tokens', balance: 'same', asked: { proxy: 0, command: 0 }, lifetime: 8 * 3600, tokenCheck: 300 },
  {
    name: 'refusals kept',
    balance: 'same',
    asked: { proxy: all, command: all },
    refusal: 24 * 3600,
    refusalsShared: true,
  },
];
