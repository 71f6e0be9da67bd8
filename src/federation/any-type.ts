import type { Unsaid } from '../errors.ts';
import { resourceTypes, serviceOf } from '../services/index.ts';
import type { ResourceType } from '../services/types.ts';
import { anySignal } from './abort.ts';
import type { Engine } from './engine.ts';
import type { LocateOptions } from './locate.ts';
import { nothingFound } from './outcome.ts';
import { type OwnSearch, ownProject } from './own-projects.ts';
import { probe, type Sighting } from './probe.ts';
import { showSubject } from './resource.ts';
import type { Shown } from './shown.ts';

/**
 * Look for a resource whose type is not known, by its id.
 * @throws NotFoundError, CouldNotSayError, SeveralOwnersError
 */
export async function findOfAnyType(engine: Engine, id: string, options: LocateOptions): Promise<Shown> {
  const found = new AbortController();
  const [{ sightings, absent, unsaid }, own] = await Promise.all([
    probeTypes(engine, id, options, found),
    anyOwnProject(engine, id, options, { lists: 'remembered', matched: () => found.abort() }),
  ]);
  if (own !== undefined) return own;
  const [sighting, another] = sightings;
  if (sighting === undefined) {
    // By now the probes have fetched the lists that were remembered.
    const added = await anyOwnProject(engine, id, options, { lists: 'current' });
    if (added !== undefined) return added;
    const notLookedFor = resourceTypes.filter((type) => !isLookedFor(type) && !type.isScope);
    throw nothingFound(`A resource with the id ${id}`, absent, unsaid, { notLookedFor });
  }
  if (another !== undefined) {
    const { severalOwners } = await import('./ambiguity.ts');
    throw severalOwners(`The id ${id}`, sightings);
  }
  const scope = await engine.memory.learn(sighting);
  const { type } = sighting.named;
  if (type === undefined) throw new Error('a probe of no type');
  return { type, id: sighting.id, item: sighting.item, scope, how: 'probed', unsaid: [] };
}

function anyOwnProject(engine: Engine, id: string, options: LocateOptions, how: OwnSearch): Promise<Shown | undefined> {
  const type = resourceTypes.find(({ isScope }) => isScope);
  return type === undefined
    ? Promise.resolve(undefined)
    : ownProject(engine, type, id, options, { ...how, only: 'id' });
}

/**
 * Probe the types whose ids can be unknown to the user. Identity's resources are left out: users are refused (403)
 * whether or not such a thing exists, so nobody could ever say that there is none.
 */
async function probeTypes(
  { roster, caller, memory }: Engine,
  id: string,
  options: LocateOptions,
  found: AbortController,
) {
  const signal = anySignal(options.signal, found.signal);
  const types = resourceTypes.filter(isLookedFor);
  const all: { sightings: Sighting[]; absent: string[]; unsaid: Unsaid[] } = {
    sightings: [],
    absent: [],
    unsaid: [],
  };
  const first = await memory.likeliest();
  const isFoundElsewhere = onceAllHaveAsked(types.length, found.signal);
  await Promise.all(
    types.map(async (type) => {
      const { service, named } = showSubject(type, id);
      try {
        const one = await probe(roster, caller, service, named, { ...options, first, signal, isFoundElsewhere });
        all.sightings.push(...one.sightings);
        all.absent.push(...one.absent);
        all.unsaid.push(...one.unsaid);
        if (type.ids === 'uuid' && one.sightings.length > 0) found.abort();
      } catch (error) {
        if (!found.signal.aborted) throw error;
      }
    }),
  );
  return { ...all, unsaid: distinctUnsaid(all.unsaid) };
}

/** Whether the search was over before every probe had nothing: what none has found by then may be in a new place. */
function onceAllHaveAsked(probes: number, found: AbortSignal): () => Promise<boolean> {
  let open = probes;
  let settle: (isFound: boolean) => void = () => {};
  const settled = new Promise<boolean>((resolve) => {
    settle = resolve;
  });
  found.addEventListener('abort', () => settle(true), { once: true });
  return () => {
    open -= 1;
    if (open === 0) settle(false);
    return settled;
  };
}

/** Whether an id can be looked for without its type: ids that are names, and what is an operator's, need it. */
function isLookedFor({ ids, service }: ResourceType): boolean {
  return (ids === 'uuid' || ids === 'chosen') && serviceOf(service)?.hidesExistence !== true;
}

/** A provider that is down could not be asked about any type: said once. */
function distinctUnsaid(unsaid: readonly Unsaid[]): Unsaid[] {
  return [
    ...new Map(
      unsaid.map((each) => [JSON.stringify([each.provider, each.project, each.region, each.reason]), each]),
    ).values(),
  ];
}
