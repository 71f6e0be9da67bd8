import { accessSync, constants } from 'node:fs';
import { ConfigError } from '../errors.ts';
import type { ConnectionProfile } from '../ports/http.ts';
import { type Facts, truth, type Written } from './layer.ts';
import { expandPath, type Surroundings, variable } from './paths.ts';

function isTruth({ value }: Written): boolean {
  return typeof value === 'string' && /^(true|false|yes|no|on|off|1|0)$/i.test(value);
}

/**
 * How to reach a host: `verify` (or `insecure`), `cacert`, `cert` and `key`.
 *
 * @throws ConfigError for a file that cannot be read
 */
export function connectionOf(
  facts: Facts,
  surroundings: Surroundings,
  warn: (text: string) => void,
): ConnectionProfile {
  // Another provider may need it even so, and is told when it is reached.
  const isNeeded = /^https:/i.test(facts.text('auth_url') ?? '');
  const fileAt = (text: string | undefined, origin: string | undefined): string | undefined => {
    if (text === undefined) return undefined;
    const path = expandPath(text, surroundings);
    if (!isNeeded) return path;
    try {
      accessSync(path, constants.R_OK);
      return path;
    } catch (cause) {
      const why = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'does not exist' : 'cannot be read';
      throw new ConfigError(`The file ${path} (${origin}) ${why}.`, { file: path, cause });
    }
  };
  const file = (key: string) => fileAt(facts.text(key), facts.get(key)?.origin);
  const verify = facts.get('verify');
  const insecure = verify !== undefined && isTruth(verify) && !truth(verify);
  // requests takes a path there, too.
  const verifyFile = verify !== undefined && !isTruth(verify) ? file('verify') : undefined;
  const caFile = file('cacert') ?? verifyFile ?? (insecure ? undefined : bundleOf(surroundings, fileAt));
  const certFile = file('cert');
  const keyFile = certFile === undefined ? undefined : file('key');
  if (insecure && caFile !== undefined) {
    warn(`${facts.get('cacert')?.origin} is not used, because TLS certificates are not verified (${verify.origin}).`);
  }
  if (facts.get('key') !== undefined && certFile === undefined) {
    warn(`${facts.get('key')?.origin} is not used, because there is no client certificate (cert) with it.`);
  }
  return {
    ...(caFile !== undefined && !insecure && { caFile }),
    ...(certFile !== undefined && { certFile }),
    ...(certFile !== undefined && keyFile !== undefined && { keyFile }),
    ...(insecure && { insecure }),
  };
}

/** The CAs of requests, and so of `openstack`, where nothing else names any. */
function bundleOf(
  { env }: Surroundings,
  fileAt: (text: string, origin: string) => string | undefined,
): string | undefined {
  const name = ['REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE'].find((each) => variable(env, each) !== undefined);
  return name === undefined ? undefined : fileAt(env[name] ?? '', name);
}
