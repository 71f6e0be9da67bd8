import type { BuildOptions } from 'esbuild';

export const cliBundle: BuildOptions;
export const libraryBundle: BuildOptions;
