import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sandbox } from '../sandbox/api.ts';
import { exitCodes } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

interface Step {
  /** What is shown, in a line or two. */
  readonly title: string;
  readonly args: readonly string[];
  /** Done before, in the sandbox. */
  readonly before?: () => Promise<void>;
  /** The exit code that this is about. */
  readonly expected?: number;
}

/** Show the main job on a sandbox: each command as one would type it, and what it answers. */
export async function demo(sandbox: Sandbox, terminal: Terminal, signal: AbortSignal): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'fed-demo-'));
  const env = {
    PATH: terminal.env.PATH,
    TERM: terminal.env.TERM,
    NO_COLOR: terminal.env.NO_COLOR,
    HOME: folder,
    FED_CACHE_DIR: join(folder, 'cache'),
    FED_CONFIG_DIR: join(folder, 'config'),
    ...sandbox.env('alice'),
  };
  const say = (text: string) => terminal.stdout.write(text);
  const runFed = (args: readonly string[], quiet = false) => fed(args, env, signal, quiet);
  let wrong = 0;
  try {
    say(
      `A federation of ${sandbox.clouds.length} clouds runs in this process: home, and ${sandbox.clouds
        .slice(1)
        .map(({ name }) => name)
        .join(', ')}.\nalice has an account at home, and nowhere else.\n`,
    );
    const { output } = await runFed(['volume', 'list', '--project', 'lab', '-f', 'value', '-c', 'ID'], true);
    const id = output.split('\n')[0] ?? '';
    rmSync(env.FED_CACHE_DIR, { recursive: true, force: true });
    for (const step of steps(sandbox, id, join(folder, 'trace'))) {
      await step.before?.();
      say(`\n# ${step.title}\n$ fed ${step.args.map(quoted).join(' ')}\n`);
      const { code } = await runFed(step.args);
      if (code !== 0 || step.expected !== undefined) say(`(exit code ${code})\n`);
      if (code !== (step.expected ?? 0)) wrong += 1;
      if (signal.aborted) return exitCodes.interrupted;
      const at = step.args.indexOf('--trace');
      if (at !== -1) say(`(${countLines(step.args[at + 1] ?? '')} HTTP request)\n`);
    }
    say('\nThat was the main job. fed sandbox keeps such a federation running for you to play with.\n');
    return wrong === 0 ? exitCodes.done : exitCodes.bug;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function steps(sandbox: Sandbox, id: string, trace: string): Step[] {
  const unknown = '00000000-0000-4000-8000-000000000000';
  return [
    {
      title: 'Whom home can introduce alice to, by Keystone-to-Keystone',
      args: ['provider', 'list', '-c', 'name', '-c', 'authenticated', '-c', 'projects'],
    },
    {
      title: 'Servers of all clouds side by side',
      args: ['list', 'servers', '-c', 'name', '-c', 'status', '-c', 'flavor', '-c', 'provider', '-c', 'project'],
    },
    {
      title: 'The first three volumes, for scripts',
      args: ['volume', 'list', '--limit', '3', '-f', 'value', '-c', 'ID', '-c', 'Name', '-c', 'Provider'],
    },
    {
      title: 'A volume, wherever it is: every cloud is asked',
      args: ['volume', 'show', id, '-c', 'id', '-c', 'name', '-c', 'size', '-c', 'fed_provider', '-c', 'fed_project'],
    },
    {
      title: 'The second time fed knows',
      args: ['volume', 'show', id, '-c', 'name', '-c', 'fed_provider', '--trace', trace],
    },
    { title: 'Who has it, and how is that known?', args: ['locate', id] },
    {
      title: 'A raw call goes to the owner, and comes back as it is',
      args: ['curl', '-s', '-w', '\\n%{http_code} from %{fed_provider}\\n', `volume/volumes/${id}/metadata`],
    },
    {
      title: 'One cloud goes down. The others are listed, and what is missing is said',
      before: async () => void (await sandbox.faults.add({ cloud: 'sp-b', kind: 'refuse' })),
      args: ['list', 'servers', '-c', 'name', '-c', 'status', '-c', 'provider'],
      expected: exitCodes.partial,
    },
    {
      title: '"Not found" is said only when every cloud has said so',
      args: ['volume', 'show', unknown],
      expected: exitCodes.couldNotSay,
    },
    {
      title: 'It is up again',
      before: () => sandbox.faults.clear(),
      args: ['volume', 'show', unknown],
      expected: exitCodes.notFound,
    },
  ];
}

/** Run this same program as a user would. */
function fed(
  args: readonly string[],
  env: Record<string, string | undefined>,
  signal: AbortSignal,
  quiet: boolean,
): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [process.argv[1] ?? '', ...args], {
      env: env as NodeJS.ProcessEnv,
      stdio: ['ignore', quiet ? 'pipe' : 'inherit', 'inherit'],
      signal,
    });
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.on('error', (error) => (signal.aborted ? resolve({ code: exitCodes.interrupted, output }) : reject(error)));
    child.on('close', (code) => resolve({ code: code ?? exitCodes.interrupted, output }));
  });
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word}'`;
}

function countLines(file: string): number {
  return readFileSync(file, 'utf8').trimEnd().split('\n').length;
}
