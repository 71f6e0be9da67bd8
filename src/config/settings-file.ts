import { closeSync, fstatSync, openSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { whyForeign } from '../own-folder.ts';
import { isRecord } from './record.ts';

/** The file's name without `.json`, as conf wants it. */
export const SETTINGS_NAME = 'settings';

export function settingsFile(configDirectory: string): string {
  return join(configDirectory, `${SETTINGS_NAME}.json`);
}

/** Out of the way, so that the next change starts a new file. */
function putAside(file: string, warn: (sentence: string) => void): void {
  const aside = `${file}.damaged`;
  try {
    renameSync(file, aside);
    warn(`The settings in ${file} are damaged: the file was put aside as ${aside}, and defaults are used.`);
  } catch {
    warn(`The settings in ${file} are damaged, and defaults are used.`);
  }
}

/** What is in a file, and why it is not to be believed. @throws the system's error */
function contentOf(file: string): { text: string; foreign: string | undefined } {
  const fd = openSync(file, 'r');
  try {
    return { foreign: whyForeign(fstatSync(fd)), text: readFileSync(fd, 'utf8') };
  } finally {
    closeSync(fd);
  }
}

/**
 * What the settings file says; nothing when there is none. This is conf's format, read without conf, which takes
 * longer to load than all the rest of a warm command. A damaged file is put aside, and
 * one that others can write is not read: it could send requests elsewhere.
 */
export function readSettingsFile(
  configDirectory: string,
  warn: (sentence: string) => void,
): Readonly<Record<string, unknown>> {
  const file = settingsFile(configDirectory);
  let text: string;
  try {
    const read = contentOf(file);
    if (read.foreign !== undefined) {
      warn(`The settings in ${file} are not used: the file ${read.foreign}.`);
      return {};
    }
    text = read.text;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') {
      warn(`The settings in ${file} cannot be read (${code}), and defaults are used.`);
    }
    return {};
  }
  const content = parsed(text);
  if (content === undefined) putAside(file, warn);
  return content ?? {};
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const content: unknown = JSON.parse(text);
    return isRecord(content) ? content : undefined;
  } catch {
    return undefined;
  }
}
