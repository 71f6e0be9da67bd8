import type { Grants } from './data/people.ts';
import type { CatalogFault } from './faults/fault.ts';
import type { Exchange } from './http/exchange.ts';
import type { HeaderLine, Reply } from './http/reply.ts';
import type { Directory } from './identity/directory.ts';
import type { Receipts } from './identity/receipts.ts';
import type { Tokens } from './identity/tokens.ts';
import type { ImageContents } from './image/contents.ts';
import type { Region } from './regions.ts';
import type { Sessions, Visitor } from './saml/sessions.ts';
import type { SandboxClock, Settings } from './settings.ts';
import type { Stock } from './stock/stock.ts';

/** What all clouds of a sandbox share. */
export interface FederationView {
  readonly home: Cloud;
  readonly providers: readonly Cloud[];
  /** The key with which home signs, and which the providers know. */
  readonly signingKey: Buffer;
  /** The contents of all clouds' images. */
  readonly contents: ImageContents;
  provider(id: string): Cloud | undefined;
}

/** What can be wrong with a provider beside its network. */
export interface Trouble {
  mappingKnowsNobody: boolean;
  disabledAtHome: boolean;
  noProjects: boolean;
  oldNova: boolean;
  /** How far its clock is ahead. */
  clockMs: number;
  /** What is wrong with the catalog. */
  catalog: readonly CatalogFault[];
}

/** One OpenStack cloud. */
export interface Cloud {
  readonly name: string;
  /** The first one; in what services get, the one whose service was asked. */
  readonly region: Region;
  readonly regions: readonly Region[];
  /** `idp`: home, which makes assertions; the others take them. */
  readonly saml: 'idp' | 'shibboleth' | 'mellon';
  readonly module: SamlModule;
  readonly settings: Settings;
  readonly seed: number;
  readonly clock: SandboxClock;
  readonly federation: FederationView;
  readonly directory: Directory;
  readonly tokens: Tokens;
  readonly receipts: Receipts;
  readonly sessions: Sessions;
  readonly grants: Grants;
  readonly trouble: Trouble;
  readonly stock: Stock;
  /** Rendered catalogs by project. */
  readonly catalogs: Map<string, string>;
  /** `http://127.0.0.1:port`, once it listens. */
  readonly base: string;
  /** Identity v3 base. */
  readonly keystone: string;
  /** Where assertions for this provider are presented. */
  readonly spUrl: string;
  /** Where the federated token is fetched. */
  readonly authUrl: string;
  /** Whether the cloud, or the region whose service was asked, has a service beside Keystone, by its canonical type. */
  offers(service: string): boolean;
  /** What tokens list: at home, the providers that are enabled. */
  serviceProviders(): readonly { readonly auth_url: string; readonly id: string; readonly sp_url: string }[];
  /** The id of the group into which the mapping puts a user of a home project. */
  groupOf(user: string, homeProject: string): string;
}

/** The Apache module that speaks SAML for a provider's Keystone. */
export interface SamlModule {
  /** Where assertions are presented. */
  readonly presentPath: string;
  relayStatePrefix(cloud: Cloud): string;
  /** What it adds to every answer of Keystone's. */
  readonly replyHeaders: readonly HeaderLine[];
  present(cloud: Cloud, exchange: Exchange): Promise<Reply>;
  /** Whose session the request's cookie is. */
  visitor(cloud: Cloud, exchange: Exchange): Visitor | undefined;
  /** The answer to a request without a session. */
  turnAway(cloud: Cloud, exchange: Exchange): Reply;
}
