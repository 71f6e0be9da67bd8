/** Tokens of earlier versions of fed, which were sealed with keys that were derived from passwords. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { removeTokens, SALT_FILE } from './collect-tokens.ts';
import { removeFile } from './private-files.ts';

/**
 * Remove them, of all identities: nobody can open them any more, and with them passwords could be guessed. Says nothing,
 * as they are obtained anew; and never throws, as what cannot be removed is of no use to this version.
 *
 * @param tokens has a folder of tokens for each identity
 * @param state where those versions kept a key
 */
export function removeOlderTokens(tokens: string, state: string): void {
  removeFile(join(state, 'local-key'));
  for (const name of namesIn(tokens)) {
    const folder = join(tokens, name);
    if (!existsSync(join(folder, SALT_FILE))) continue;
    try {
      removeTokens(folder);
    } catch {
      // A disk that is read-only, where nothing new is kept either.
    }
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // Nothing was ever kept here.
    return [];
  }
}
