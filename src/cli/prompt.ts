import type { Ask } from '../compose.ts';
import { visible } from './output/visible.ts';
import type { Progress } from './progress.ts';
import type { Terminal } from './terminal.ts';

const ENTER = new Set(['\r', '\n', '\u0004']);
const BACKSPACE = new Set(['\u007f', '\b']);
const CTRL_C = '\u0003';
const CTRL_U = '\u0015';

/** How to ask the user for a secret; undefined where nobody is there to answer. */
export function askerOn(terminal: Terminal, progress: Progress): Ask | undefined {
  // Standard input last, as looking at it opens it.
  if (!terminal.stderr.isTTY || terminal.env.FED_NO_PROMPT || !terminal.stdin.isTTY) return undefined;
  return (what, account) => {
    progress.stop();
    const label = what === 'password' ? 'Password' : 'One-time passcode';
    return askSecret(terminal, `${label} for ${visible(account.name)} (${visible(account.authUrl)}): `);
  };
}

/** Ask on stderr and read from the terminal without echo. */
function askSecret({ stdin, stderr }: Terminal, prompt: string): Promise<string> {
  const { stream } = stdin;
  stderr.write(prompt);
  stream.setRawMode(true);
  stream.setEncoding('utf8');
  stream.resume();
  return new Promise((resolve) => {
    let typed = '';
    const finish = () => {
      stream.off('data', onData);
      stream.setRawMode(false);
      stream.pause();
      stderr.write('\n');
    };
    function onData(text: string) {
      for (const character of text) {
        if (ENTER.has(character)) {
          finish();
          resolve(typed);
          return;
        }
        if (character === CTRL_C) {
          finish();
          // In raw mode the terminal does not make it a signal.
          process.kill(process.pid, 'SIGINT');
          return;
        }
        if (BACKSPACE.has(character)) typed = Array.from(typed).slice(0, -1).join('');
        else if (character === CTRL_U) typed = '';
        else typed += character;
      }
    }
    stream.on('data', onData);
  });
}
