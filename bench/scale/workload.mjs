/** Who the users are, and what one does on a day. Chance decides, from a seed. */
import { HOME } from './footprint.mjs';
import { geometric, weighted } from './random.mjs';

/**
 * @param draw of providers by popularity, as zipf gives it
 * @param asked how many providers fed asks for this user, if they are more than know the user
 */
export function userOf(random, p, draw, asked) {
  const known = Math.min(geometric(random, p.knownAt), p.providers);
  const providers = draw(random, known);
  return {
    /** Their numbers. */
    providers,
    /** Projects at each. */
    scopes: providers.map(() => geometric(random, p.projectsAt)),
    strangers: Math.max(0, Math.min(p.providers, asked) - known),
  };
}

/**
 * What a user does on a day, in order of time. Each action has `now` in seconds, `kind` (login, versions, show, find,
 * list) and `service`; of show and find also `at` and `project` (of find without them: nobody has the id).
 */
export function dayOf(random, user, p, isProxy) {
  const actions = [];
  for (let session = geometric(random, p.sessions); session > 0; session -= 1) {
    let now = startOf(random, p);
    for (let command = geometric(random, p.commands); command > 0; command -= 1) {
      actions.push(...commandOf(random, user, p, now, isProxy));
      now += -Math.log(1 - random()) * p.pause;
    }
  }
  return actions.sort((one, other) => one.now - other.now);
}

/** The busiest hour, in seconds of the day. */
export function peakOf({ workHours }) {
  const from = Math.floor(workHours / 2) * 3600;
  return { from, until: from + 3600 };
}

function startOf(random, p) {
  const { from, until } = peakOf(p);
  if (random() < p.peakShare) return from + random() * (until - from);
  const other = random() * (p.workHours * 3600 - (until - from));
  return other < from ? other : other + (until - from);
}

/** Through a proxy, a program logs in, looks which versions there are, and does several things at once. */
function commandOf(random, user, p, now, isProxy) {
  const service = weighted(random, p.services);
  if (!isProxy) return [requestOf(random, user, p, now, service)];
  const requests = Array.from({ length: geometric(random, p.requestsPerCommand) }, () =>
    requestOf(random, user, p, now, service),
  );
  return [{ kind: 'login', now, service }, { kind: 'versions', now, service }, ...requests];
}

function requestOf(random, user, p, now, service) {
  if (random() < p.listShare) return { kind: 'list', now, service };
  const isNew = random() < p.newShare;
  if (isNew && random() < p.absentShare) return { kind: 'find', now, service };
  return { kind: isNew ? 'find' : 'show', now, service, ...ownerOf(random, user, p) };
}

function ownerOf(random, { scopes }, { homeShare }) {
  if (scopes.length === 0 || random() < homeShare) return { at: HOME, project: 0 };
  const at = weighted(random, scopes);
  return { at, project: Math.floor(random() * scopes[at]) };
}
