import { FedError } from '../errors.ts';

/** What a command gives could not be put where it belongs: a full disk, one that is read-only, a file that is kept. */
export class OutputError extends FedError {
  readonly code = 'FED_OUTPUT';
}

const WORDS: Readonly<Record<string, string>> = {
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the quota of the disk is used up',
  EROFS: 'the file system is read-only',
  EFBIG: 'the file would be too large',
  EIO: 'the device fails',
};

/** @param what begins the sentence, and ends with a verb */
export function outputError(what: string, cause: unknown): OutputError {
  const { code = '', message } = cause as NodeJS.ErrnoException;
  return new OutputError(`${what}: ${WORDS[code] ?? message}${code === '' ? '' : ` (${code})`}.`, { cause });
}
