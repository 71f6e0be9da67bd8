import { accessSync, constants } from 'node:fs';
import { ConfigError } from '../errors.ts';
import type { ConnectionProfile } from '../ports/http.ts';
import { type Facts, truth, type Written } from './layer.ts';
import { expandPath, type Surroundings } from './paths.ts';

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
  const file = (key: string): string | undefined => {
    const text = facts.text(key);
    if (text === undefined) return undefined;
    const path = expandPath(text, surroundings);
    try {
      accessSync(path, constants.R_OK);
      return path;
    } catch (cause) {
      const why = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'does not exist' : 'cannot be read';
      throw new ConfigError(`The file ${path} (${facts.get(key)?.origin}) ${why}.`, { file: path, cause });
    }
  };
  const verify = facts.get('verify');
  const insecure = verify !== undefined && isTruth(verify) && !truth(verify);
  // requests takes a path there, too.
  const verifyFile = verify !== undefined && !isTruth(verify) ? file('verify') : undefined;
  const caFile = file('cacert') ?? verifyFile;
  const [certFile, keyFile] = [file('cert'), file('key')];
  if (insecure && caFile !== undefined) {
    warn(`${facts.get('cacert')?.origin} is not used, because TLS certificates are not verified (${verify.origin}).`);
  }
  if (keyFile !== undefined && certFile === undefined) {
    warn(`${facts.get('key')?.origin} is not used, because there is no client certificate (cert) with it.`);
  }
  return {
    ...(caFile !== undefined && !insecure && { caFile }),
    ...(certFile !== undefined && { certFile }),
    ...(certFile !== undefined && keyFile !== undefined && { keyFile }),
    ...(insecure && { insecure }),
  };
}
