import { homedir } from 'node:os';
import type { Surroundings } from '../config/paths.ts';
import { environmentOutside } from './exec-environment.ts';
import type { Terminal } from './terminal.ts';

/** Where this process looks for configuration. */
export function surroundingsOf(terminal: Terminal): Surroundings {
  const homeDirectory = terminal.env.HOME;
  return {
    env: environmentOutside(terminal.env),
    cwd: process.cwd(),
    homeDirectory: homeDirectory ? homeDirectory : homedir(),
  };
}
