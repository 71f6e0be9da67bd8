/** Programs on a terminal of their own: one that answers what they ask. */
import { spawn, spawnSync } from 'node:child_process';
import { describe } from 'vitest';

const PYTHON = '/usr/bin/python3';

const PLAYER = `
import json, os, pty, sys
steps = json.loads(sys.argv[1])
pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.argv[2], sys.argv[2:])
shown, at = b"", 0
while True:
    try:
        piece = os.read(terminal, 4096)
    except OSError:
        break
    if not piece:
        break
    shown += piece
    while steps and steps[0][0].encode() in shown[at:]:
        wanted, answer = steps.pop(0)
        at = shown.index(wanted.encode(), at) + len(wanted.encode())
        os.write(terminal, answer.encode())
_, status = os.waitpid(pid, 0)
print(json.dumps({"shown": shown.decode(), "code": os.waitstatus_to_exitcode(status)}))
`;

export interface Played {
  /** What the terminal showed, both streams together. */
  readonly shown: string;
  /** The exit code; less than 0 for a signal. */
  readonly code: number;
}

/**
 * Run a program on a terminal.
 *
 * @param steps what is typed once what is shown has a text: one after the other
 */
export function play(
  program: readonly string[],
  options: { env: Record<string, string>; cwd: string },
  steps: ReadonlyArray<readonly [wanted: string, typed: string]>,
): Promise<Played> {
  const child = spawn(PYTHON, ['-c', PLAYER, JSON.stringify(steps), ...program], {
    ...options,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => resolve(JSON.parse(said) as Played));
  });
}

/** Tests that need a terminal; skipped where none can be made. */
export function describeOnTerminal(title: string, suite: () => void): void {
  if (spawnSync(PYTHON, ['-c', 'import pty']).status === 0) describe(title, suite);
  else describe.skip(`${title} (skipped: no python3 here to make a terminal)`, suite);
}
