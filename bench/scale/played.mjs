/** Many users at once, with work by chance: predicted and counted by step. */
import { HOME } from './footprint.mjs';
import { people, userOfSandbox } from './people.mjs';
import { ProxyFootprint } from './proxy-footprint.mjs';
import { randomOf } from './random.mjs';
import { counted, Tally } from './tally.mjs';
import { dayOf } from './workload.mjs';

/** So far may the sum of a step be from what was predicted: this share of it, or so many requests. */
export const tolerance = { share: 0.02, requests: 2 };

/** A short day: one session, everything at once, and more that is new than the model has. */
const day = {
  workHours: 2,
  peakShare: 1,
  sessions: 1,
  commands: 3,
  pause: 0,
  requestsPerCommand: 4,
  listShare: 0.25,
  newShare: 0.4,
  absentShare: 0.2,
  homeShare: 0.3,
  services: [1],
};
const GROUPS = 3;
const PROCESSES = 2;
/** Longer than it takes to ask everybody: no probe is spared because the owner answered before. */
const ITEM_MS = 200;

/**
 * Groups of two proxies with a memory of their own each: the same person is another user in each group.
 *
 * @param options `volumes`: ids by `PROVIDER PROJECT`; `seed`
 * @returns how many sums are too far away
 */
export async function checkPlayed(scene, { volumes, seed, say }) {
  const random = randomOf(seed);
  const group = (memory) => Promise.all(Array.from({ length: PROCESSES }, () => scene.proxy({ memory })));
  const groups = await Promise.all(Array.from({ length: GROUPS }, () => group(scene.newMemory())));
  await scene.slow('/\\/volumes\\/[0-9a-f-]{36}$/', { ms: ITEM_MS });
  await scene.forgetRequests();
  const predicted = new Tally();
  const began = performance.now();
  const plays = groups.flatMap((proxies) =>
    Object.keys(people).map((name) => {
      const user = userOfSandbox(name, scene.providers);
      const actions = dayOf(random, user, day, true).map((each) => ({ ...each, process: random() < 0.5 ? 0 : 1 }));
      return play({ name, user, actions, proxies, volumes, predicted, began });
    }),
  );
  const actions = (await Promise.all(plays)).reduce((sum, count) => sum + count, 0);
  await scene.atEase();
  const seen = counted(await scene.settledRequests());
  return compare(predicted.sums(), seen.sums(), (text) =>
    say(`${scene.providers.length} providers, ${plays.length} users, ${actions} actions${text}`),
  );
}

/** One user's actions, one after the other. @returns how many */
async function play({ name, user, actions, proxies, volumes, predicted, began }) {
  const settings = { lifetime: 3600, tokenCheck: 60, processes: PROCESSES };
  const footprint = new ProxyFootprint(user, settings, user.counter(predicted));
  const fresh = new Map();
  const known = new Map();
  let token;
  const shown = (process, now, { at, project }) => {
    const place = at === HOME ? `home ${people[name].home}` : placeOf(user, at, project, volumes);
    const again = known.get(place);
    const ids = fresh.get(place) ?? [...volumes.get(place)];
    fresh.set(place, ids);
    return { again, next: ids, place, process, now };
  };
  for (const action of actions) {
    const { process, kind } = action;
    const proxy = proxies[process];
    const now = (performance.now() - began) / 1000;
    if (kind === 'login') {
      footprint.login(process, now);
      token = await proxy.login(name);
    } else if (kind === 'versions') {
      footprint.versionsOf(process, now);
      await proxy.versions(token);
    } else if (kind === 'list') {
      footprint.list(process, now, (at) => (user.providers[at] === 'sp-c' ? 0 : 1));
      await proxy.servers(token);
    } else if (action.at === undefined) {
      footprint.find(process, now);
      await proxy.show(token, crypto.randomUUID());
    } else {
      const { again, next, place } = shown(process, now, action);
      const isNew = again === undefined || (kind === 'find' && next.length > 0);
      const id = isNew ? next.pop() : again;
      known.set(place, id);
      if (isNew) footprint.find(process, now, action.at, action.project);
      else footprint.show(process, now, action.at, action.project);
      await proxy.show(token, id);
    }
  }
  return actions.length;
}

function placeOf({ providers, projects }, at, project, volumes) {
  const name = projects[at][project];
  if (name !== undefined) return `${providers[at]} ${name}`;
  return [...volumes.keys()].find((place) => place.startsWith(`${providers[at]} `));
}

function compare(predicted, seen, say) {
  const names = [...new Set([...Object.keys(predicted), ...Object.keys(seen)])].sort();
  const far = names.filter((name) => {
    const [wanted, found] = [predicted[name] ?? 0, seen[name] ?? 0];
    return Math.abs(found - wanted) > Math.max(tolerance.requests, tolerance.share * wanted);
  });
  const text = names.map((name) => `${name} ${seen[name] ?? 0}/${predicted[name] ?? 0}`).join(', ');
  say(` (counted/predicted): ${text}.`);
  if (far.length > 0) say(`: too far apart: ${far.join(', ')}.`);
  return far.length;
}
