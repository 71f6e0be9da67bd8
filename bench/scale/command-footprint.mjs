import { Footprint, HOME, kept } from './footprint.mjs';

/** A user of `fed` commands: each is a process of its own, and tokens are remembered on disk. */
export class CommandFootprint extends Footprint {
  constructor(user, settings, ask) {
    super(user, { ...settings, processes: 1 }, ask);
  }

  /** `fed TYPE show ID`, remembered. */
  show(now, at, project, service) {
    this.startProcesses();
    this.useScope(at, project, now);
    this.serve(at, project, 'probe', now, 1, service);
  }

  /**
   * The same where it is not remembered. The command ends when the owner has answered: strangers behind it in the queue
   * for assertions are not asked any more. Nobody has it: it may be a name, and every scope is asked for it, too.
   *
   * @param ahead how much of the queue is before the owner's provider, where that has to be entered first
   */
  find(now, owner, ahead, service) {
    this.startProcesses();
    const isOpen = owner === HOME || (owner !== undefined && now < this.entry[owner].usable);
    const queued = isOpen ? kept.assertionsAtOnce : Math.ceil(this.strangers * ahead);
    const strangers = owner === undefined ? this.strangers : Math.min(this.strangers, queued);
    const known = this.homeToken;
    this.everywhere(0, now, { step: 'probe', service, strangers });
    if (owner !== undefined) return;
    this.checkRemembered(now, known);
    this.everywhere(0, now, { step: 'list', service });
  }

  /** Lists that come from the disk are fetched once more, and those that this command fetched are not. */
  checkRemembered(now, known) {
    if (this.homeToken !== known) this.homeListed[0] = now;
    this.listedAt = this.listedAt.map((at) => (at === now ? at : Number.NEGATIVE_INFINITY));
    this.checkLists(0, now);
  }

  /** `fed TYPE list`. */
  list(now, times, service) {
    this.startProcesses();
    const known = this.homeToken;
    this.everywhere(0, now, { step: 'list', times, service });
    this.checkRemembered(now, known);
  }
}
