/** What has an end, how much of it is used at the busiest hour, and at how many users the end is reached. */
import { kept } from './footprint.mjs';
import { keystoneSteps } from './model.mjs';

const costOf = {
  login: 'loginMs',
  check: 'checkMs',
  assertion: 'assertionMs',
  'federated-token': 'federatedTokenMs',
  projects: 'projectsMs',
  scope: 'scopeMs',
  validation: 'checkMs',
};

const sumOf = (numbers) => numbers.reduce((all, number) => all + number, 0);

/** Cores that a Keystone computes with, by step. */
function keystoneCores(asked, p) {
  return Object.fromEntries(keystoneSteps.map((step) => [step, (asked[step] * p[costOf[step]]) / 1000]));
}

const totalCores = (asked, p) => sumOf(Object.values(keystoneCores(asked, p)));

/** The provider in the middle by what its Keystone has to do, and the one with the most. */
export function ranked({ providers }, p) {
  const byLoad = [...providers].sort((one, other) => totalCores(one, p) - totalCores(other, p));
  return { median: byLoad[Math.floor(byLoad.length / 2)], busiest: byLoad[byLoad.length - 1] };
}

export const tokenBytes = (p) => p.tokenBytes + p.providers * p.providerBytes;

/** Bytes a second that home's Keystone sends. */
function homeBytes(home, p) {
  return (home.login + home.check + home.validation) * tokenBytes(p) + home.assertion * p.assertionBytes;
}

/** Cores that all proxies compute with. */
export function proxyCores({ requests, logins, upstream }, p) {
  const login = p.proxyRequestMs + p.loginMsOfProvider * p.providers;
  return (requests * p.proxyRequestMs + logins * login + sumOf(Object.values(upstream)) * p.upstreamMs) / 1000;
}

/** Bytes a second that all proxies receive; they send about as many. */
export function proxyBytes({ upstream }, p) {
  const items = upstream.list * p.itemsOfPage + upstream.forward;
  return (
    (upstream.login + upstream.check) * tokenBytes(p) + upstream.assertion * p.assertionBytes + items * p.itemBytes
  );
}

export function memoryBytes({ alive }, p) {
  return alive * p.tokenValueBytes + p.users * p.proxyShare * p.locations * p.locationBytes;
}

/** Seconds until a proxy has asked all strangers of a user, at clouds with nothing else to do. */
export function strangersSeconds(p) {
  const strangers = Math.max(0, Math.min(p.providers, p.asked.proxy) - p.knownAt);
  return (strangers / kept.assertionsAtOnce) * ((p.assertionMs + p.presentMs + p.federatedTokenMs) / 1000);
}

function mostOf(cores) {
  const [[step]] = Object.entries(cores).sort(([, one], [, other]) => other - one);
  return step;
}

/**
 * Ends that more users bring nearer, the nearest first: `name`, `used` and `there` in `unit`, `users` at which it is
 * reached, and `mostly`, the step that uses most of it.
 */
export function limits(result, p) {
  const { median, busiest } = ranked(result, p);
  const ofKeystone = (name, asked, cores) => ({
    name,
    unit: 'cores',
    used: totalCores(asked, p),
    there: cores * p.utilization,
    mostly: mostOf(keystoneCores(asked, p)),
  });
  const all = [
    ofKeystone("home's Keystone", result.home, p.homeCores),
    ofKeystone('the busiest Keystone of a provider', busiest, p.providerCores),
    ofKeystone('the median Keystone of a provider', median, p.providerCores),
    { name: "home's network", unit: 'MB/s', used: homeBytes(result.home, p) / 1e6, there: p.homeNetwork / 1e6 },
    { name: "the proxies' CPU", unit: 'cores', used: proxyCores(result.proxies, p), there: p.proxies * p.utilization },
    { name: 'the shared memory', unit: 'GB', used: memoryBytes(result, p) / 1e9, there: p.memoryBytes / 1e9 },
  ];
  return all
    .map((limit) => ({ ...limit, users: (p.users * limit.there) / limit.used }))
    .sort((one, other) => one.users - other.users);
}

/** Providers at which a proxy process that knows as many tokens as it may holds more than Node lets it. */
export const providersOfHeap = (p) => (p.heap / p.tokensOfProcess - p.heldTokenBytes) / p.heldBytes;

/** Hours until it knows so many, at the rate of the busiest hour. */
export const hoursToHeap = ({ proxies }, p) => (p.tokensOfProcess * p.proxies) / proxies.logins / 3600;
