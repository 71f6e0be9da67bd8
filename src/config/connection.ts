import { accessSync, constants, existsSync } from 'node:fs';
import { ConfigError } from '../errors.ts';
import { type ConnectionProfile, isPem } from '../ports/http.ts';
import { type Facts, truth, type Written } from './layer.ts';
import { expandPath, type Surroundings, variable } from './paths.ts';

function isTruth({ value }: Written): boolean {
  return typeof value === 'string' && /^(true|false|yes|no|on|off|1|0)$/i.test(value);
}

/**
 * How to reach a host: `verify` (or `insecure`), `cacert`, `cert` and `key`, as files or as what would be in them.
 *
 * @throws ConfigError for what is neither; it never has the value in it, which may be a key
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
    // Variables of CI systems often have \n where lines end.
    if (isPem(text)) return text.includes('\n') ? text : text.replaceAll('\\n', '\n');
    const path = expandPath(text, surroundings);
    if (!isNeeded) return path;
    try {
      accessSync(path, constants.R_OK);
      return path;
    } catch (cause) {
      if (existsSync(path))
        throw new ConfigError(`The file ${path} (${origin}) cannot be read.`, { file: path, cause });
      throw new ConfigError(`${origin} names no file that exists, and is no text in PEM format.`, {
        hint: 'It is the path of a file, or what would be in it, from -----BEGIN on.',
      });
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
