import { CouldNotSayError, type Unsaid } from '../../errors.ts';
import type { SendResponse } from '../../ports/http.ts';
import type { RankedScope } from '../ask.ts';
import { allUnsaid, noSuchService } from '../outcome.ts';
import { failedScope, type Scope } from '../scope.ts';
import { isRefused, unsaidOf } from '../unsaid.ts';
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
  readonly #lacking: string[] = [];
  #answered = 0;

  constructor(earlier: readonly EarlierMissing[]) {
    this.#missing = earlier.map((each) => ({ ...each, unsaid: earlierUnsaid(each) }));
  }

  answered(): void {
    this.#answered += 1;
  }

  /** Its provider has no such service, which is normal, and no answer. */
  lacksService({ provider }: RankedScope): void {
    if (!this.#lacking.includes(provider)) this.#lacking.push(provider);
  }

  providerFailed(provider: string, error: unknown): void {
    this.#add({ provider, unsaid: unsaidOf(error, { provider }) });
  }

  scopeFailed(scope: RankedScope, error: unknown, refusal?: Refusal): void {
    if (refusal !== undefined) this.#refusals.push(refusal);
    this.#add({ ...missingScope(scope), unsaid: unsaidOf(error, scope) });
  }

  /** An item with the marker's id is in this scope too, and the walk goes on behind another: what is between is lost. */
  markerElsewhere(scope: Scope, marker: string): void {
    const reason = `${marker} is there too, and the marker does not say which is meant: follow the links instead`;
    this.#passedOver.push({ ...failedScope(scope), reason });
  }

  /** Whether it failed on an earlier page: a walk that goes on without a scope goes on without it to the end. */
  lacks(scope: Scope): boolean {
    const sought = missingScope(scope);
    return this.#missing.some(
      (each) => each.provider === scope.provider && (each.project === undefined || isSame(each, sought)),
    );
  }

  /** The same of a whole provider. */
  lacksProvider(provider: string): boolean {
    return this.#missing.some((each) => each.provider === provider && each.project === undefined);
  }

  get missing(): readonly Unsaid[] {
    return [...this.#missing.map(({ unsaid }) => unsaid), ...this.#passedOver];
  }

  /** For the next page's link. */
  get missed(): readonly EarlierMissing[] {
    return this.#missing.map(({ unsaid: _, ...missing }) => missing);
  }

  /**
   * What to answer when nobody who has the service answered: the refusal that they share, as the first of them in the
   * federation's order says it.
   *
   * @throws CouldNotSayError when they share none
   */
  ifNobodyAnswered(): PassedAnswer | undefined {
    if (this.#answered > 0 || this.#missing.length === 0) return undefined;
    const [first, ...more] = this.#refusals.sort((a, b) => a.scope.rank - b.scope.rank);
    const agree = more.every(({ response }) => response.status === first?.response.status);
    const unsaid = this.missing;
    if (first !== undefined && agree)
      return { kind: 'answer', ...first, missing: unsaid.filter(({ cause }) => !isRefused(cause)) };
    throw new CouldNotSayError(`No provider could be asked: ${allUnsaid(unsaid)}.`, { absent: [], unsaid });
  }

  /** @throws ProviderResponseError when no provider has it */
  requireService(service: string): void {
    if (this.#answered === 0 && this.#lacking.length > 0) throw noSuchService(this.#lacking, service);
  }

  #add(missing: Missing): void {
    if (!this.#missing.some((each) => isSame(each, missing))) this.#missing.push(missing);
  }
}

function missingScope({ provider, project, region, isRegional }: Scope): EarlierMissing {
  const { id, name } = project;
  return { provider, project: { id, name }, ...(isRegional === true && region !== undefined && { region }) };
}

function isSame(a: EarlierMissing, b: EarlierMissing): boolean {
  return a.provider === b.provider && a.project?.id === b.project?.id && a.region === b.region;
}

function earlierUnsaid({ provider, project, region }: EarlierMissing): Unsaid {
  return {
    provider,
    project: project?.name,
    region,
    reason: 'it could not answer for an earlier page of this listing',
  };
}
