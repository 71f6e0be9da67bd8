import { applicationCredential, type Grants, grantsOf, localAccount, people } from './data/people.ts';
import { randomFrom } from './data/random.ts';
import { isFurther } from './further/types.ts';
import { Directory } from './identity/directory.ts';
import { Receipts } from './identity/receipts.ts';
import { Tokens } from './identity/tokens.ts';
import type { Cloud, FederationView, SamlModule, Trouble } from './model.ts';
import { type Region, regionsOf } from './regions.ts';
import { FEDERATED_AUTH, mellon } from './saml/mellon.ts';
import { Sessions } from './saml/sessions.ts';
import { shibboleth } from './saml/shibboleth.ts';
import type { SandboxClock, Settings } from './settings.ts';
import { Stock } from './stock/stock.ts';

const STORAGE_ONLY = 'sp-c';
const storage = ['block-storage', 'image', 'object-store', 'shared-file-system'];
const letters = 'abcdefghijklmnopqrstuvwxyz';

/** `sp-a` to `sp-z`, then `sp-27` and so on. */
export function providerName(index: number): string {
  return `sp-${letters[index] ?? index + 1}`;
}

/** One OpenStack cloud, made of data. */
export class SandboxCloud implements Cloud {
  readonly name: string;
  readonly regions: readonly Region[];
  readonly saml: Cloud['saml'];
  readonly settings: Settings;
  readonly federation: FederationView;
  readonly directory: Directory;
  readonly tokens: Tokens;
  readonly receipts: Receipts;
  readonly sessions: Sessions;
  readonly grants: Grants;
  readonly trouble: Trouble = {
    mappingKnowsNobody: false,
    disabledAtHome: false,
    noProjects: false,
    oldNova: false,
    clockMs: 0,
    catalog: [],
  };
  readonly stock: Stock;
  readonly clock: SandboxClock = { now: () => this.settings.clock.now() + this.trouble.clockMs };
  readonly #elsewhere = new Map<Region, Cloud>();
  readonly catalogs = new Map<string, string>();
  base = '';

  /** @param index undefined for home */
  constructor(federation: FederationView, settings: Settings, index: number | undefined) {
    this.federation = federation;
    this.settings = settings;
    this.name = index === undefined ? 'home' : providerName(index);
    const region =
      index === undefined ? 'HomeRegion' : `Region${(letters[index] ?? index + 1).toString().toUpperCase()}`;
    this.regions = regionsOf(settings.regions[this.name] ?? [region], (service) => this.#has(service));
    this.saml = index === undefined ? 'idp' : index % 2 === 0 ? 'shibboleth' : 'mellon';
    this.directory = new Directory(
      (kind, name) => randomFrom(settings.seed, this.name, kind, name),
      settings.sameNames.includes(this.name) ? 'admin' : undefined,
    );
    this.tokens = new Tokens(this.clock, settings.tokenLifetimeSeconds);
    this.receipts = new Receipts(this.clock);
    this.sessions = new Sessions(this.clock);
    this.grants = index === undefined ? {} : grantsOf(this.name);
    this.stock = new Stock(this.name, settings, this.region);
    for (const other of this.regions.slice(1)) {
      const stock = new Stock(this.name, settings, other, this.stock);
      // Everything but this is the cloud's, whatever becomes of it.
      const own = { region: { value: other }, stock: { value: stock } };
      this.#elsewhere.set(other, Object.create(this, own) as Cloud);
    }
    this.#settle();
  }

  get region(): Region {
    return this.regions[0] as Region;
  }

  /** The cloud as it looks from the region to which a path leads, and what such paths begin with. */
  at(path: string): { readonly cloud: Cloud; readonly prefix: string } {
    for (const [{ prefix }, cloud] of this.#elsewhere) {
      if (path.startsWith(`${prefix}/`)) return { cloud, prefix };
    }
    return { cloud: this, prefix: '' };
  }

  get seed(): number {
    return this.settings.seed;
  }

  get keystone(): string {
    return `${this.base}/identity/v3`;
  }

  get module(): SamlModule {
    return this.saml === 'mellon' ? mellon : shibboleth;
  }

  get spUrl(): string {
    return `${this.base}${this.module.presentPath}`;
  }

  get authUrl(): string {
    return `${this.base}${FEDERATED_AUTH}`;
  }

  offers(service: string): boolean {
    return this.region.offers(service);
  }

  #has(service: string): boolean {
    if (isFurther(service) && !this.settings.services.includes(service)) return false;
    return this.name === STORAGE_ONLY ? storage.includes(service) : true;
  }

  serviceProviders(): { auth_url: string; id: string; sp_url: string }[] {
    return this.federation.providers
      .filter((provider) => this.saml === 'idp' && !provider.trouble.disabledAtHome)
      .map(({ authUrl, name, spUrl }) => ({ auth_url: authUrl, id: name, sp_url: spUrl }));
  }

  groupOf(user: string, homeProject: string): string {
    return randomFrom(this.seed, this.name, 'group', user, homeProject).hex(32);
  }

  #settle(): void {
    if (this.saml !== 'idp') {
      for (const granted of Object.values(this.grants)) {
        for (const name of Object.values(granted).flat()) this.directory.ensureProject(name);
      }
      const projects = Object.values(this.grants.alice ?? {}).flat();
      this.directory.addPerson({ ...localAccount, projects });
      return;
    }
    for (const person of people) this.directory.addPerson(person);
    const owner = this.directory.userNamed(applicationCredential.user);
    const project = this.directory.projects[0];
    if (owner !== undefined && project !== undefined) {
      this.directory.addApplicationCredential(owner, project, applicationCredential);
    }
  }
}
