/** Runs fed as its users do: the built program, in a process of its own, with a home of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The program as users start it. */
export const fedScript = join(import.meta.dirname, '../../bin/fed.js');

export interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Requests that were made, from --trace. */
  readonly requests: readonly Traced[];
}

export interface Traced {
  readonly method: string;
  readonly url: string;
  readonly provider: string;
  readonly step: string;
  readonly status: number | null;
}

export interface Place {
  /** A folder that is this user's home, and gone with `remove`. */
  readonly folder: string;
  /** Run fed to its end. */
  run(args: readonly string[], options?: { input?: string; env?: Record<string, string> }): Promise<Result>;
  /** Run a program inside of `fed exec` to its end; the requests are those that fed made for it. */
  exec(program: readonly string[], options?: { input?: string; env?: Record<string, string> }): Promise<Result>;
  /** Start fed, without waiting for its end. */
  start(args: readonly string[], options?: { env?: Record<string, string> }): ChildProcess;
  remove(): void;
}

/** A place for one user: settings and caches are empty in the beginning, and nothing of the machine's own is seen. */
export function placeFor(env: Record<string, string>): Place {
  const folder = mkdtempSync(join(tmpdir(), 'fed-e2e-'));
  let runs = 0;
  const all = (more: Record<string, string> = {}) => ({ PATH: process.env.PATH ?? '', HOME: folder, ...env, ...more });
  const start = (args: readonly string[], options: { env?: Record<string, string> } = {}) =>
    spawn(process.execPath, [fedScript, ...args], { env: all(options.env), cwd: folder });
  const run = async (
    argsFor: (trace: string) => readonly string[],
    options: { input?: string; env?: Record<string, string> },
  ): Promise<Result> => {
    runs += 1;
    const trace = join(folder, `trace-${runs}`);
    const child = start(argsFor(trace), options);
    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.stdin?.end(options.input ?? '');
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    return { code, stdout, stderr, requests: traced(trace) };
  };
  return {
    folder,
    start,
    run: (args, options = {}) => run((trace) => [...args, '--trace', trace], options),
    exec: (program, options = {}) => run((trace) => ['exec', '--trace', trace, '--', ...program], options),
    remove: () => removeFolder(folder),
  };
}

function traced(file: string): Traced[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').trimEnd();
  return lines === '' ? [] : lines.split('\n').map((line) => JSON.parse(line) as Traced);
}

/** A process that is just ending may still put its compiled code there. */
function removeFolder(folder: string, tries = 20): void {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 1 });
  } catch (error) {
    if (tries === 0) throw error;
    removeFolder(folder, tries - 1);
  }
}
