import type { FedError } from '../../errors.ts';
import type { Forwarded } from '../../federation/forward-request.ts';
import { incompleteListing } from '../../federation/outcome.ts';
import { PageTrail } from '../../federation/page-trail.ts';
import { anyItemsOf, anyNextQuery, noEndOf } from '../../federation/pages.ts';
import type { Subject } from '../../federation/subject.ts';
import { unsaidOf } from '../../federation/unsaid.ts';

/** Where --paginate goes on. */
export interface NextPage {
  /** Absent at the end. */
  readonly subject?: Subject;
  /** That the pages do not lead to their end. */
  readonly failure?: FedError | undefined;
}

/** Finds the way through the pages of a collection, in whatever style its service has them. */
export class PageFinder {
  readonly #trail = new PageTrail();

  next(subject: Subject, { scope, response }: Forwarded, page: Uint8Array): NextPage {
    this.#trail.ask(subject.query);
    let body: unknown;
    try {
      body = JSON.parse(new TextDecoder().decode(page));
    } catch {
      return {};
    }
    const query = anyNextQuery(body);
    if (query === undefined) return {};
    const items = anyItemsOf(body);
    const head = items?.[0] === undefined ? undefined : JSON.stringify(items[0]);
    const fault = this.#trail.faultOfHead(head) ?? this.#trail.faultOfLink(query, items?.length ?? 1);
    if (fault === undefined) return { subject: { ...subject, query } };
    const cause = noEndOf(subject.path.slice(1), scope, response, fault);
    return { failure: incompleteListing(1, [unsaidOf(cause, scope)]) };
  }
}
