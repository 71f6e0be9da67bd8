import { Footprint, HOME, kept, never } from './footprint.mjs';

/** A user of `fed proxy` processes that share their memory. */
export class ProxyFootprint extends Footprint {
  /** POST /identity/v3/auth/tokens: the catalog in the answer has what the providers offer in addition. */
  login(process, now) {
    this.homeToken = never();
    this.logIn(now);
    this.checked.fill(Number.NEGATIVE_INFINITY);
    this.checked[process] = now;
    // What home says with a token has the providers of today.
    this.homeListed.fill(now);
    if (now < this.extra[process]) return;
    this.everywhere(process, now);
    this.extra[process] = now + (this.strangers === 0 ? kept.extra : kept.extraPartly);
  }

  check(process, now) {
    if (now - this.checked[process] < this.settings.tokenCheck) return;
    this.ask(HOME, 'check', 1);
    this.checked[process] = now;
  }

  /** A request on a resource whose location is remembered. */
  show(process, now, at, project, service) {
    this.check(process, now);
    this.useScope(at, project, now);
    this.serve(at, project, 'forward', now, 1, service);
  }

  /** The same where it is not remembered, and the owner is the last to answer. Without an owner: nobody has it. */
  find(process, now, owner, project = 0, service = 0) {
    this.check(process, now);
    this.everywhere(process, now, { step: 'probe', service });
    if (owner === undefined) this.checkLists(process, now);
    if (owner !== undefined) this.serve(owner, project, 'forward', now, 1, service);
  }

  /** A listing without a limit. @param times pages that a scope's listing has */
  list(process, now, times, service) {
    this.check(process, now);
    this.everywhere(process, now, { step: 'list', times, service });
    this.checkLists(process, now);
  }

  /** A service's version document: of each provider's first project. Not kept where a provider could not say. */
  versionsOf(process, now, service = 0) {
    this.check(process, now);
    const key = `${process} ${service}`;
    if (now < this.versions.get(key)) return;
    this.tryStrangers(process, now);
    this.serve(HOME, 0, 'versions', now);
    for (let at = 0; at < this.scopes.length; at += 1) {
      this.listProjects(at, now);
      this.useScope(at, 0, now);
      this.serve(at, 0, 'versions', now);
    }
    if (this.strangers === 0) this.versions.set(key, now + kept.versions);
  }
}
