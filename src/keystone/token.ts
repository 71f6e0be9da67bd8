import type { Clock } from '../ports/clock.ts';
import { type Catalog, catalogFrom } from './catalog.ts';
import { arrayIn, isObject, objectIn, textIn } from './shape.ts';

export interface Project {
  readonly id: string;
  readonly name: string;
  readonly domainId?: string;
  readonly domainName?: string;
}

/** A service provider as a home token lists it: home lists those that are enabled. */
export interface ServiceProvider {
  readonly id: string;
  /** Where a session is exchanged for a token: `…/v3/OS-FEDERATION/identity_providers/{idp}/protocols/{protocol}/auth`. */
  readonly authUrl: string;
  /** Where an assertion is presented: the provider's assertion consumer service for PAOS. */
  readonly spUrl: string;
}

/** A token and everything that Keystone said with it. */
export interface Token {
  /** What goes into `X-Auth-Token`. Opaque: its format is Keystone's affair. */
  readonly secret: string;
  /** Milliseconds since the epoch by our own clock, so that a cloud whose clock is off does no harm. */
  readonly expiresAt: number;
  /** How long it was to live when it was given, in milliseconds. */
  readonly lifetime: number;
  readonly user: { readonly id: string; readonly name: string; readonly domainName?: string };
  /** Absent: unscoped (or scoped to a domain). */
  readonly project?: Project;
  /** Names of roles. */
  readonly roles: readonly string[];
  /** Empty for an unscoped token. */
  readonly catalog: Catalog;
  readonly serviceProviders: readonly ServiceProvider[];
  /** It is of an application credential with access rules: home asserts nobody's identity with it. */
  readonly hasAccessRules?: true;
}

const MARGIN_MS = 60_000;

/** Whether a request that is sent now with this token can be expected to arrive and be served in time. */
export function isFresh(token: Token, clock: Clock): boolean {
  return token.expiresAt - Math.min(MARGIN_MS, token.lifetime / 10) > clock.now();
}

/** A token as JSON, to be read back by `tokenFromJson`. Holds the secret. */
export function tokenToJson(token: Token): unknown {
  return { ...token };
}

/** A token that was kept as JSON; undefined for anything that is not one. */
export function tokenFromJson(value: unknown): Token | undefined {
  const secret = textIn(value, 'secret');
  const user = objectIn(value, 'user');
  const [id, name] = [textIn(user, 'id'), textIn(user, 'name')];
  if (!isObject(value) || secret === undefined || id === undefined || name === undefined) return undefined;
  const { expiresAt, lifetime, project: keptProject } = value;
  if (!isTime(expiresAt) || !isTime(lifetime)) return undefined;
  if (![value.catalog, value.roles, value.serviceProviders].every(Array.isArray)) return undefined;
  const project = keptProject === undefined ? undefined : projectFrom(keptProject);
  if (keptProject !== undefined && project === undefined) return undefined;
  const domainName = textIn(user, 'domainName');
  return {
    secret,
    expiresAt,
    lifetime,
    user: { id, name, ...(domainName !== undefined && { domainName }) },
    ...(project !== undefined && { project }),
    roles: arrayIn(value, 'roles').filter((role) => typeof role === 'string'),
    catalog: catalogFrom(value.catalog),
    serviceProviders: arrayIn(value, 'serviceProviders').flatMap(serviceProviderFrom),
    ...(value.hasAccessRules === true && { hasAccessRules: true as const }),
  };
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function projectFrom(value: unknown): Project | undefined {
  const [id, name] = [textIn(value, 'id'), textIn(value, 'name')];
  if (id === undefined || name === undefined) return undefined;
  const [domainId, domainName] = [textIn(value, 'domainId'), textIn(value, 'domainName')];
  return { id, name, ...(domainId !== undefined && { domainId }), ...(domainName !== undefined && { domainName }) };
}

function serviceProviderFrom(value: unknown): ServiceProvider[] {
  const id = textIn(value, 'id');
  return id === undefined ? [] : [{ id, authUrl: textIn(value, 'authUrl') ?? '', spUrl: textIn(value, 'spUrl') ?? '' }];
}
