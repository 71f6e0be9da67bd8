/** The whole federation at its busiest hour: a sample of users is played for a day, and what they cause is scaled up. */
import { CommandFootprint } from './command-footprint.mjs';
import { HOME, STRANGERS } from './footprint.mjs';
import { ProxyFootprint } from './proxy-footprint.mjs';
import { geometric, randomOf, zipf } from './random.mjs';
import { dayOf, peakOf, userOf } from './workload.mjs';

/** What reaches a Keystone, and what reaches the SAML module before it and the services beside it. */
export const keystoneSteps = ['login', 'check', 'assertion', 'federated-token', 'projects', 'scope', 'validation'];
export const serviceSteps = ['probe', 'list', 'forward', 'versions'];
const steps = [...keystoneSteps, 'present', ...serviceSteps];

const none = () => Object.fromEntries(steps.map((step) => [step, 0]));

/**
 * @param p the values of the parameters, and a way to run (parameters.mjs)
 * @param options `sample`: users of each kind that are played
 * @returns requests a second in the busiest hour: of `home`, of each of the `providers`, of all proxies; and `alive`, the
 *   values in the shared memory at the hour's end
 */
export function simulate(p, { seed = 1, sample = 1500 } = {}) {
  const random = randomOf(seed);
  const draw = zipf(p.providers, p.popularity);
  const { from, until } = peakOf(p);
  const home = none();
  const providers = Array.from({ length: p.providers }, none);
  const proxies = { requests: 0, logins: 0, upstream: none() };
  let alive = 0;
  const active = p.users * p.activeShare;
  for (const isProxy of [true, false]) {
    const asked = isProxy ? p.asked.proxy : p.asked.command;
    const strange = none();
    const scale = (active * (isProxy ? p.proxyShare : 1 - p.proxyShare)) / sample / (until - from);
    for (let played = 0; played < sample; played += 1) {
      const user = userOf(random, p, draw, asked);
      let isPeak = false;
      const ask = (place, step, count) => {
        if (!isPeak) return;
        const all = place === STRANGERS ? count * user.strangers : count;
        if (place === HOME) home[step] += count * scale;
        else if (place === STRANGERS) strange[step] += all * scale;
        else providers[user.providers[place]][step] += count * scale;
        if (isProxy) proxies.upstream[step] += all * scale;
      };
      const settings = { ...p, processes: p.balance === 'any' ? p.proxies : 1 };
      const footprint = new (isProxy ? ProxyFootprint : CommandFootprint)(user, settings, ask);
      for (const action of dayOf(random, user, p, isProxy)) {
        if (action.now >= until) break;
        isPeak = action.now >= from;
        if (isProxy && isPeak) proxies[action.kind === 'login' ? 'logins' : 'requests'] += scale;
        perform(footprint, action, random, p, settings.processes);
      }
      if (isProxy) alive += valuesOf(footprint, until) * scale * (until - from);
    }
    spread(strange, providers, { asked, popularity: p.popularity });
  }
  return { home, providers, proxies, alive };
}

function perform(footprint, { kind, now, service, at, project }, random, p, processes) {
  const process = Math.floor(random() * processes);
  const pages = () => geometric(random, p.pages);
  if (footprint instanceof CommandFootprint) {
    if (kind === 'show') footprint.show(now, at, project, service);
    else if (kind === 'find') footprint.find(now, at, random(), service);
    else footprint.list(now, pages, service);
  } else if (kind === 'login') footprint.login(process, now);
  else if (kind === 'versions') footprint.versionsOf(process, now, service);
  else if (kind === 'show') footprint.show(process, now, at, project, service);
  else if (kind === 'find') footprint.find(process, now, at, project, service);
  else footprint.list(process, now, pages, service);
}

/** What a user has in the shared memory: entries, lists of projects, scoped tokens that have not ended. */
function valuesOf({ entry, listed, scoped }, now) {
  const isAlive = ({ ends }) => ends > now;
  return (
    entry.filter(isAlive).length + listed.filter((ends) => ends > now).length + scoped.flat().filter(isAlive).length
  );
}

/** Where all providers are asked, each is as often asked for strangers; where some are, the popular ones are more often. */
function spread(strange, providers, { asked, popularity }) {
  const weights = providers.map((_, place) => (asked < providers.length ? (place + 1) ** -popularity : 1));
  const sum = weights.reduce((all, weight) => all + weight, 0);
  for (const [place, provider] of providers.entries()) {
    for (const step of steps) provider[step] += (strange[step] * weights[place]) / sum;
  }
}
