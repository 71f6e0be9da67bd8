import { CouldNotSayError, type Unsaid } from '../../errors.ts';
import { headerValue, type SendResponse } from '../../ports/http.ts';
import type { RankedScope } from '../ask.ts';
import { allUnsaid, unsaidOf } from '../outcome.ts';
import type { Scope } from '../scope.ts';
import { isJson } from '../verdict.ts';
import type { EarlierMissing } from './cursor.ts';
import type { PassedAnswer } from './request.ts';

/** A service's own refusal, held in memory. */
export interface Refusal {
  readonly scope: RankedScope;
  readonly response: SendResponse;
}

interface Missing extends EarlierMissing {
  readonly unsaid: Unsaid;
}

/** Who answered, and who did not. */
export class Turnout {
  readonly #missing: Missing[];
  readonly #refusals: Refusal[] = [];
  readonly #passedOver: Unsaid[] = [];
  #answered = 0;

  constructor(earlier: readonly EarlierMissing[]) {
    this.#missing = earlier.map((each) => ({ ...each, unsaid: earlierUnsaid(each) }));
  }

  /** A scope answered, or its provider has no such service, which is normal. */
  answered(): void {
    this.#answered += 1;
  }

  providerFailed(provider: string, error: unknown): void {
    this.#add({ provider, unsaid: unsaidOf(provider, error) });
  }

  scopeFailed({ provider, project }: RankedScope, error: unknown, refusal?: Refusal): void {
    if (refusal !== undefined) this.#refusals.push(refusal);
    this.#add({ provider, project, unsaid: unsaidOf(provider, error, project.name) });
  }

  /** An item with the marker's id is in this scope too, and the walk goes on behind another: what is between is lost. */
  markerElsewhere({ provider, project }: Scope, marker: string): void {
    const reason = `${marker} is there too, and the marker does not say which is meant: follow the links instead`;
    this.#passedOver.push({ provider, project: project.name, reason });
  }

  /** Whether it failed on an earlier page: a walk that goes on without a scope goes on without it to the end. */
  lacks(provider: string, projectId?: string): boolean {
    return this.#missing.some(
      (each) => each.provider === provider && (each.project === undefined || each.project.id === projectId),
    );
  }

  get missing(): readonly Unsaid[] {
    return [...this.#missing.map(({ unsaid }) => unsaid), ...this.#passedOver];
  }

  /** For the next page's link. */
  get missed(): readonly EarlierMissing[] {
    return this.#missing.map(({ provider, project }) => ({
      provider,
      ...(project !== undefined && { project: { id: project.id, name: project.name } }),
    }));
  }

  /**
   * What to answer when nobody answered: the first refusal in the federation's order.
   * @throws CouldNotSayError when there is none
   */
  ifNobodyAnswered(): PassedAnswer | undefined {
    if (this.#answered > 0 || this.#missing.length === 0) return undefined;
    const [first] = this.#refusals.sort((a, b) => a.scope.rank - b.scope.rank);
    if (first !== undefined) return { kind: 'answer', ...first };
    const unsaid = this.missing;
    throw new CouldNotSayError(`No provider could be asked: ${allUnsaid(unsaid)}.`, { absent: [], unsaid });
  }

  #add(missing: Missing): void {
    const known = this.#missing.some(
      (each) => each.provider === missing.provider && each.project?.id === missing.project?.id,
    );
    if (!known) this.#missing.push(missing);
  }
}

function earlierUnsaid({ provider, project }: EarlierMissing): Unsaid {
  return { provider, project: project?.name, reason: 'it could not answer for an earlier page of this listing' };
}

/**
 * Whether an answer is the service's word on the request: a 4xx in JSON. A 401 is none: the token that was refused is
 * not the client's.
 */
export function isRefusal({ status, headers }: SendResponse): boolean {
  return status >= 400 && status < 500 && status !== 401 && isJson(headerValue(headers, 'content-type') ?? '');
}
