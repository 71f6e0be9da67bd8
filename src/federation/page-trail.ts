/** Pages of one listing in one scope that are read: at 25 items each, a quarter of a million. */
export const MOST_PAGES = 10_000;

/** The pages of a listing that were seen, to notice a way that leads nowhere: what is behind it is not known. */
export class PageTrail {
  readonly #queries = new Set<string>();
  readonly #heads = new Set<string>();

  /** A page is asked for with this query. */
  ask(query: string): void {
    this.#queries.add(query);
  }

  /** How many pages were asked for. */
  get asked(): number {
    return this.#queries.size;
  }

  /**
   * What is wrong with a page that begins with this item. A service that ignores markers gives the same page again and
   * again, also where its links differ.
   *
   * @param head says which item it is; undefined or empty where nothing does
   */
  faultOfHead(head: string | undefined): string | undefined {
    if (head === undefined || head === '') return undefined;
    if (this.#heads.has(head)) return 'one of them repeats';
    this.#heads.add(head);
    return undefined;
  }

  /** What is wrong with the link of a page to the next. Services give none on a page without items. */
  faultOfLink(next: string | undefined, items: number): string | undefined {
    if (next === undefined) return undefined;
    if (items === 0) return 'one without items has a link to the next';
    if (next === '') return 'the link to the next one does not say which it is';
    if (this.#queries.has(next)) return 'the link to the next one repeats';
    return this.asked < MOST_PAGES ? undefined : `${MOST_PAGES} were read, and the last has a link to another`;
  }
}
