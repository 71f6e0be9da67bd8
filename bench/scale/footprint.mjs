/**
 * What the clouds are asked for one user's work: the rules of src/federation and src/proxy, counted instead of
 * performed. The model and the check against the sandbox both use it. Times are in seconds.
 *
 * Each count goes to `ask(place, step, count)`: a place is HOME, STRANGERS (each of the providers whose mapping does not
 * know the user is asked so often), or the number of a provider that knows the user. Steps:
 *
 * login, check                     at home: a password for a token; a proxy asks what a token is
 * assertion                        at home, for each provider that is entered
 * present, federated-token         at the provider's SAML module and its Keystone
 * projects, scope                  at its Keystone
 * probe, list, forward, versions   at its services
 * validation                       a service asks its own Keystone whether a token is good
 */
export const HOME = -1;
export const STRANGERS = -2;

/** Constants of the source. */
export const kept = {
  /** REFUSED_FOR_MS, src/federation/k2k-provider.ts: by one process, for one user. */
  refusal: 60,
  /** EXTRA_KEPT_MS and EXTRA_PARTLY_KEPT_MS, src/proxy/identity.ts: by one process, for one user. */
  extra: 600,
  extraPartly: 30,
  /** VERSIONS_KEPT_MS, src/proxy/versions-door.ts: by one process, for one user, if every provider answered. */
  versions: 300,
  /** LIST_BELIEVED_MS, src/federation/codecs.ts: lists that one process fetched, by a listing and a search in vain. */
  list: 30,
  /** MARGIN_MS, src/keystone/token.ts: at most; a tenth of the lifetime where that is shorter. */
  margin: 60,
  /** ASSERTIONS_AT_ONCE, src/federation/roster.ts: for one user, in one process. */
  assertionsAtOnce: 8,
};

const once = () => 1;

export class Footprint {
  /**
   * @param user `scopes`: projects at each provider that knows the user; `strangers`: how many are asked that do not
   * @param settings `lifetime` of tokens; `tokenCheck` of proxies; `processes` that the user's work may reach;
   *   `refusal` and `refusalsShared` where they are to differ from today's; `serviceCache`: so long do services
   *   remember that a token is good (absent: their validations are not counted)
   */
  constructor({ scopes, strangers }, settings, ask) {
    this.scopes = scopes;
    this.strangers = strangers;
    this.settings = { refusal: kept.refusal, refusalsShared: false, ...settings };
    this.ask = ask;
    // What all processes share, by when it ends; of tokens also when they are too old to be used.
    this.entry = scopes.map(() => never());
    this.listed = scopes.map(() => Number.NEGATIVE_INFINITY);
    this.listedAt = scopes.map(() => Number.NEGATIVE_INFINITY);
    this.scoped = scopes.map((count) => Array.from({ length: count }, never));
    this.homeToken = never();
    this.validated = new Map();
    this.startProcesses();
  }

  /** What each process knows by itself, and forgets at its end. */
  startProcesses() {
    const each = () => new Array(this.settings.processes).fill(Number.NEGATIVE_INFINITY);
    this.checked = each();
    this.refused = this.settings.refusalsShared ? (this.refused ?? each()) : each();
    this.extra = each();
    this.homeListed = each();
    this.versions = new Map();
  }

  /** A home token where there is none yet; a proxy has that of its client. */
  logIn(now) {
    if (now < this.homeToken.usable) return;
    this.ask(HOME, 'login', 1);
    this.homeToken = endOf(now, this.settings.lifetime);
    this.validated.delete(`${HOME}`);
  }

  enter(at, now) {
    if (now < this.entry[at].usable) return;
    this.logIn(now);
    this.ask(HOME, 'assertion', 1);
    this.ask(at, 'present', 1);
    this.ask(at, 'federated-token', 1);
    this.entry[at] = endOf(now, this.settings.lifetime);
  }

  listProjects(at, now) {
    if (now < this.listed[at]) return;
    this.enter(at, now);
    this.ask(at, 'projects', 1);
    this.listed[at] = this.entry[at].ends;
    this.listedAt[at] = now;
  }

  /** Lists that are not of today are fetched once more before something rests on them. */
  checkLists(process, now) {
    if (now - this.homeListed[process] >= kept.list) {
      this.ask(HOME, 'check', 1);
      this.homeListed[process] = now;
    }
    for (let at = 0; at < this.scopes.length; at += 1) {
      if (now - this.listedAt[at] < kept.list) continue;
      this.enter(at, now);
      this.ask(at, 'projects', 1);
      this.listedAt[at] = now;
    }
  }

  /** A scoped token ends when the unscoped one does that it was made from. */
  useScope(at, project, now) {
    if (at === HOME) return this.logIn(now);
    if (now < this.scoped[at][project].usable) return;
    this.enter(at, now);
    this.ask(at, 'scope', 1);
    this.scoped[at][project] = { ends: this.entry[at].ends, usable: usableUntil(now, this.entry[at].ends) };
  }

  /** A request to a service, which asks its Keystone whether the token is good. */
  serve(at, project, step, now, count = 1, service = 0) {
    this.ask(at, step, count);
    const { serviceCache } = this.settings;
    if (serviceCache === undefined || step === 'versions') return;
    const token = at === HOME ? this.homeToken : this.scoped[at][project];
    const key = `${at} ${project} ${service}`;
    const known = this.validated.get(key);
    if (known !== undefined && known.token === token && now < known.until) return;
    this.ask(at, 'validation', 1);
    this.validated.set(key, { token, until: now + serviceCache });
  }

  /** Providers that do not know the user: an assertion is made and presented, and the token refused. */
  tryStrangers(process, now, count = this.strangers) {
    const place = this.settings.refusalsShared ? 0 : process;
    if (count === 0 || now < this.refused[place]) return;
    this.ask(HOME, 'assertion', count);
    this.ask(STRANGERS, 'present', count / this.strangers);
    this.ask(STRANGERS, 'federated-token', count / this.strangers);
    // Who was not asked, because nobody waited for it, was not refused either.
    if (count === this.strangers) this.refused[place] = now + this.settings.refusal;
  }

  /** @param step what is asked in each scope; absent: its token is all that is wanted @param times how often */
  everywhere(process, now, { step, times = once, service, strangers } = {}) {
    this.logIn(now);
    this.tryStrangers(process, now, strangers);
    if (step !== undefined) this.serve(HOME, 0, step, now, times(HOME, 0), service);
    for (let at = 0; at < this.scopes.length; at += 1) {
      this.listProjects(at, now);
      for (let project = 0; project < this.scopes[at]; project += 1) {
        this.useScope(at, project, now);
        if (step !== undefined) this.serve(at, project, step, now, times(at, project), service);
      }
    }
  }
}

/** A token that is not there. */
export function never() {
  return { ends: Number.NEGATIVE_INFINITY, usable: Number.NEGATIVE_INFINITY };
}

function endOf(now, lifetime) {
  return { ends: now + lifetime, usable: usableUntil(now, now + lifetime) };
}

function usableUntil(now, ends) {
  return ends - Math.min(kept.margin, (ends - now) / 10);
}
