import { serviceOf } from '../../services/index.ts';
import type { SandboxCloud } from '../cloud.ts';
import { isFurther } from '../further/types.ts';
import type { Cloud } from '../model.ts';
import { type Fault, isCloudFault, type RequestFault, type StandingCloudFault } from './fault.ts';

/** A fault that stands, and how to take it back. */
export interface StandingFault {
  readonly id: number;
  readonly fault: Fault;
  remove(): Promise<void>;
}

/** How many matching requests there were. */
interface Counted extends StandingFault {
  seen: number;
}

/** A cloud whose connections can be refused. */
export interface Doored {
  readonly cloud: SandboxCloud;
  open(): Promise<void>;
  shut(): Promise<void>;
  /** Show another certificate; its own without a name. @throws RangeError if there is none of this name */
  show(certificate: string | undefined): void;
}

/** The faults that stand. */
export class FaultBoard {
  #next = 1;
  readonly #standing = new Map<number, Counted>();
  readonly #doors: readonly Doored[];

  constructor(doors: readonly Doored[]) {
    this.#doors = doors;
  }

  get all(): readonly StandingFault[] {
    return [...this.#standing.values()];
  }

  /** @throws RangeError for a cloud or service that is not there */
  async add(fault: Fault): Promise<StandingFault> {
    for (const name of namesOf(fault.cloud) ?? []) {
      if (!this.#doors.some(({ cloud }) => cloud.name === name)) throw new RangeError(`there is no cloud ${name}`);
    }
    if ('service' in fault && fault.service !== undefined && !isKnown(fault.service)) {
      throw new RangeError(`there is no service ${fault.service}`);
    }
    const id = this.#next++;
    const remove = async () => {
      this.#standing.delete(id);
      if (isCloudFault(fault)) await this.#apply(fault.kind);
    };
    const standing: Counted = { id, fault, remove, seen: 0 };
    this.#standing.set(id, standing);
    if (isCloudFault(fault)) await this.#apply(fault.kind);
    return standing;
  }

  async clear(): Promise<void> {
    for (const standing of this.all) await standing.remove();
  }

  /** The faults that apply to a request. Counts it. */
  matching(cloud: Cloud, service: string, method: string, target: string): RequestFault[] {
    if (this.#standing.size === 0) return [];
    return [...this.#standing.values()].flatMap((standing) => {
      const { fault } = standing;
      if (isCloudFault(fault) || !meant(fault, cloud, service, method, target)) return [];
      const nth = standing.seen++;
      const first = fault.after ?? 0;
      return nth >= first && nth < first + (fault.times ?? Number.POSITIVE_INFINITY) ? [fault] : [];
    });
  }

  /** Bring the clouds into the state that the standing faults of a kind ask for. */
  async #apply(kind: StandingCloudFault['kind']): Promise<void> {
    const standing = this.all.filter(({ fault }) => fault.kind === kind);
    for (const door of this.#doors) {
      const { cloud } = door;
      const own = standing.filter(({ fault }) => namesOf(fault.cloud)?.includes(cloud.name) ?? true);
      const wrong = own.length > 0;
      if (kind === 'refuse') await (wrong ? door.shut() : door.open());
      if (kind === 'mapping-knows-nobody') cloud.trouble.mappingKnowsNobody = wrong;
      if (kind === 'disabled-at-home') cloud.trouble.disabledAtHome = wrong;
      if (kind === 'no-projects') cloud.trouble.noProjects = wrong;
      if (kind === 'old-nova') cloud.trouble.oldNova = wrong;
      if (kind === 'clock') {
        const seconds = own.map(({ fault }) => (fault.kind === 'clock' ? fault.seconds : 0));
        cloud.trouble.clockMs = 1000 * seconds.reduce((sum, each) => sum + each, 0);
      }
      if (kind === 'certificate') {
        const [first] = own.flatMap(({ fault }) => (fault.kind === 'certificate' ? [fault.name] : []));
        door.show(first);
      }
      if (kind === 'catalog') {
        cloud.trouble.catalog = own.flatMap(({ fault }) => (fault.kind === 'catalog' ? [fault] : []));
        cloud.catalogs.clear();
      }
    }
  }
}

function isKnown(service: string): boolean {
  return serviceOf(service) !== undefined || isFurther(service);
}

function namesOf(cloud: Fault['cloud']): readonly string[] | undefined {
  return cloud === undefined ? undefined : [cloud].flat();
}

function meant(fault: RequestFault, cloud: Cloud, service: string, method: string, target: string): boolean {
  if (namesOf(fault.cloud)?.includes(cloud.name) === false) return false;
  if (fault.region !== undefined && fault.region !== cloud.region.name) return false;
  if (fault.service !== undefined && (serviceOf(fault.service)?.type ?? fault.service) !== service) return false;
  if (fault.method !== undefined && fault.method.toUpperCase() !== method) return false;
  if (fault.path === undefined) return true;
  const [, pattern] = /^\/(.*)\/$/s.exec(fault.path) ?? [];
  return pattern === undefined ? target.includes(fault.path) : new RegExp(pattern).test(target);
}
