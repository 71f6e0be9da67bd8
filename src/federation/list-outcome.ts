import type { FedError, Unsaid } from '../errors.ts';
import type { ListEvent, ListedItem } from './list.ts';
import { incompleteListing, noSuchService } from './outcome.ts';

/** What came of a listing: who answered, who could not be asked, and whose catalog has no such service. */
export class ListOutcome {
  readonly unsaid: Unsaid[] = [];
  readonly #withService = new Set<string>();
  readonly #lacking = new Set<string>();
  #answered = 0;

  /** @returns the items of an event that has some */
  note(event: ListEvent): readonly ListedItem[] {
    switch (event.kind) {
      case 'items':
        return event.items;
      case 'answered':
        this.#answered += 1;
        this.#withService.add(event.scope.provider);
        return [];
      case 'no-service':
        this.#lacking.add(event.scope.provider);
        return [];
      case 'unsaid':
        this.unsaid.push(event.unsaid);
        this.#withService.add(event.unsaid.provider);
        return [];
      case 'scope-done':
        return [];
    }
  }

  /** The providers that have no such service, by their names. */
  get withoutService(): readonly string[] {
    return [...this.#lacking].filter((provider) => !this.#withService.has(provider)).sort();
  }

  /** What is to be said of a listing that lacks something; that nobody has the service is not an empty listing. */
  failure(service: string): FedError | undefined {
    if (this.#answered === 0 && this.unsaid.length === 0 && this.#lacking.size > 0) {
      return noSuchService(this.withoutService, service);
    }
    return incompleteListing(this.#answered, this.unsaid);
  }
}
