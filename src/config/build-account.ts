import { ConfigError } from '../errors.ts';
import type { Account, Interface } from '../ports/account.ts';
import { authMethod } from './auth-methods.ts';
import { authMethods } from './auth-type.ts';
import { authUrlOf, fillIn } from './auth-url.ts';
import { connectionOf } from './connection.ts';
import { Facts, type Layer } from './layer.ts';
import type { Surroundings } from './paths.ts';
import type { Place } from './place.ts';
import { projectOf, remoteScopeOf } from './scope.ts';

const interfaces: readonly Interface[] = ['public', 'internal', 'admin'];
const OVERRIDE = '_endpoint_override';

function interfaceOf(facts: Facts): Interface {
  const [written = 'public'] = facts.list('interface');
  const found = interfaces.find((each) => each === written.replace(/url$/i, '').toLowerCase());
  if (found !== undefined) return found;
  throw new ConfigError(`${facts.get('interface')?.origin} must be public, internal or admin, not ${written}.`);
}

function endpointOverrides(facts: Facts): Record<string, string> {
  const overrides: Record<string, string> = {};
  for (const key of facts.keys()) {
    const value = key.endsWith(OVERRIDE) && key !== OVERRIDE ? facts.text(key) : undefined;
    if (value === undefined) continue;
    const origin = facts.get(key)?.origin ?? key;
    const url = fillIn(value, facts, origin);
    const unknown = /[%$]\((?!(?:project|tenant)_id\)s)\w*\)s/.exec(url)?.[0];
    if (unknown !== undefined) {
      throw new ConfigError(`${origin} has ${unknown} in it, and only %(project_id)s is filled in.`);
    }
    if (!URL.canParse(url) || !/^https?:/.test(url)) throw new ConfigError(`${origin} is not an http: or https: URL.`);
    overrides[key.slice(0, -OVERRIDE.length).replaceAll('_', '-')] = url.replace(/\/+$/, '');
  }
  return overrides;
}

function refuseOldIdentity(facts: Facts): void {
  const version = facts.text('identity_api_version');
  if (version === undefined || /^v?3(\.\d+)?$/.test(version)) return;
  throw new ConfigError(
    `${facts.get('identity_api_version')?.origin} asks for Identity API ${version}; it must be 3.`,
    {
      hint: 'Federation exists only in Identity API v3. Remove the setting, and use an auth_url that ends with /v3.',
    },
  );
}

/**
 * An account out of what several places say.
 *
 * @param layers the weakest first
 * @throws ConfigError that names the key, the variable or the file
 */
export function buildAccount(
  name: string,
  layers: readonly Layer[],
  place: Place,
  surroundings: Surroundings,
  warn: (text: string) => void,
): Account {
  const facts = new Facts(layers);
  refuseOldIdentity(facts);
  const authUrl = authUrlOf(facts, place);
  const methods = authMethods(layers, facts, place);
  const project = projectOf(facts, methods, warn);
  const region = facts.text('region_name');
  return {
    name,
    authUrl,
    methods: methods.map((method) => authMethod(method, facts, place)),
    ...(project !== undefined && { project }),
    ...(region !== undefined && { region }),
    interface: interfaceOf(facts),
    connection: connectionOf(facts, surroundings, warn),
    endpointOverrides: endpointOverrides(facts),
    ...remoteScopeOf(facts, warn),
  };
}
