import { ConfigError } from '../errors.ts';
import type { AuthMethod } from '../ports/account.ts';
import type { Facts, Layer } from './layer.ts';
import { missing, type Place } from './place.ts';
import { didYouMean } from './suggestion.ts';

export type Method = AuthMethod['method'];

/** keystoneauth's names of what fed can do. */
const single: Readonly<Record<string, Method>> = {
  password: 'password',
  v3password: 'password',
  token: 'token',
  v3token: 'token',
  v3applicationcredential: 'application_credential',
  v3totp: 'totp',
};
const MULTI_FACTOR = 'v3multifactor';
const supported = [...Object.keys(single), MULTI_FACTOR];

function unsupported(type: string, origin: string): ConfigError {
  if (type.startsWith('v2')) {
    return new ConfigError(`${type} (${origin}) is Identity API v2, which has no federation and is gone everywhere.`, {
      hint: 'Use password, or token.',
    });
  }
  if (['none', 'noauth', 'admin_token', 'token_endpoint', 'http_basic'].includes(type)) {
    return new ConfigError(
      `${type} (${origin}) works without Keystone, and Keystone is what a federation is made of.`,
      {
        hint: `Use one of: ${supported.join(', ')}.`,
      },
    );
  }
  return new ConfigError(`The auth type ${type} (${origin}) is not supported.${didYouMean(type, supported)}`, {
    hint: `Supported: ${supported.join(', ')}. Or get a token with a tool that knows ${type} and give it to fed: OS_AUTH_TYPE=token OS_TOKEN=$(openstack token issue -f value -c id).`,
  });
}

/** What kind of credentials one place names by itself. */
function kindOf(layer: Layer): Method | undefined {
  if (layer.has('application_credential_secret') && !layer.has('password')) return 'application_credential';
  if (layer.has('username') || layer.has('user_id')) return 'password';
  if (layer.has('token')) return 'token';
  return layer.has('application_credential_id') || layer.has('application_credential_name')
    ? 'application_credential'
    : undefined;
}

function methodsOf(type: string, facts: Facts, place: Place): readonly Method[] {
  const origin = facts.get('auth_type')?.origin ?? 'auth_type';
  if (type !== MULTI_FACTOR) {
    const method = Object.hasOwn(single, type) ? single[type] : undefined;
    if (method === undefined) throw unsupported(type, origin);
    return [method];
  }
  const named = facts.list('auth_methods');
  if (named.length === 0) throw missing('the list of methods of v3multifactor', ['auth_methods'], place);
  return named.map((name) => {
    const method = [name, `v3${name}`, `v3${name.replaceAll('_', '')}`].find((each) => Object.hasOwn(single, each));
    if (method !== undefined) return single[method] as Method;
    throw unsupported(name, facts.get('auth_methods')?.origin ?? 'auth_methods');
  });
}

/**
 * How to authenticate: what `auth_type` says, unless a stronger place gives credentials of another kind; without
 * `auth_type`, what the strongest place that gives credentials gives.
 *
 * @param layers the weakest first
 * @throws ConfigError for types that fed does not support
 */
export function authMethods(layers: readonly Layer[], facts: Facts, place: Place): readonly Method[] {
  const kinds = layers.map(kindOf);
  const named = kinds.findLastIndex((kind) => kind !== undefined);
  const typed = layers.findLastIndex((layer) => layer.has('auth_type'));
  const kind = kinds[named] ?? 'password';
  const type = facts.text('auth_type');
  if (type === undefined) return [kind];
  const methods = methodsOf(type, facts, place);
  const fits = methods.includes(kind) || (kind === 'password' && methods.includes('totp'));
  return named > typed && !fits ? [kind] : methods;
}
