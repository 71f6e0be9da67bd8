import { ConfigError } from '../errors.ts';

/**
 * A file's text. What is no UTF-8 is refused: read as if it were, a password would be sent with other letters in it.
 * @throws ConfigError that names file and encoding
 */
export function utf8Of(bytes: Uint8Array, path: string): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (!text.includes('\0')) return text;
  } catch {
    // Said below.
  }
  const [encoding, name] = bytes.includes(0) ? ['UTF-16', 'UTF-16'] : ['Latin-1', 'LATIN1'];
  throw new ConfigError(`${path} is not UTF-8: it looks like ${encoding}.`, {
    file: path,
    hint: `Convert it: iconv -f ${name} -t UTF-8 ${path} > new.yaml`,
  });
}
