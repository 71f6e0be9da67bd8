import type { Ask, AskedFor, Secret } from '../passwords.ts';
import type { AuthMethod } from '../ports/account.ts';
import { visible } from './output/visible.ts';
import type { Progress } from './progress.ts';
import type { Terminal } from './terminal.ts';

const ENTER = new Set(['\r', '\n']);
const BACKSPACE = new Set(['\u007f', '\b']);
const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const CTRL_U = '\u0015';

/** How to ask the user for a secret; undefined where nobody is there to answer. */
export function askerOn(terminal: Terminal, progress: Progress): Ask | undefined {
  // Standard input last, as looking at it opens it.
  if (!terminal.stderr.isTTY || terminal.env.FED_NO_PROMPT || !terminal.stdin.isTTY) return undefined;
  return async (what, whom) => {
    const goOn = progress.pause();
    try {
      return await askSecret(terminal, question(what, whom));
    } finally {
      goOn();
    }
  };
}

/** The cloud and the user, so that no password goes where it does not belong. */
function question(what: Secret, { name, account }: AskedFor): string {
  const label = what === 'password' ? 'Password' : 'One-time passcode';
  const user = account.methods.map(userOf).find((each) => each !== undefined);
  const whose = user === undefined ? '' : ` of ${user}`;
  return `${visible(`${label}${whose} at ${name} (${account.authUrl})`)}: `;
}

function userOf(method: AuthMethod): string | undefined {
  return method.method === 'token' ? undefined : (method.user?.name ?? method.user?.id);
}

/** Ask on stderr and read from the terminal, without echo from before it is asked. @returns undefined where the input ends before an answer */
function askSecret({ stdin, stderr }: Terminal, prompt: string): Promise<string | undefined> {
  const { stream } = stdin;
  stream.setRawMode(true);
  stderr.write(prompt);
  stream.setEncoding('utf8');
  return new Promise((resolve) => {
    let typed = '';
    const finish = () => {
      stream.off('data', onData);
      stream.off('end', onEnd);
      stream.off('close', onEnd);
      stream.pause();
      stream.setRawMode(false);
      stderr.write('\n');
    };
    function onEnd() {
      finish();
      resolve(undefined);
    }
    function onData(text: string) {
      const characters = Array.from(text);
      for (const [at, character] of characters.entries()) {
        if (ENTER.has(character) || character === CTRL_D) {
          finish();
          // What was typed ahead is for the next question.
          const rest = characters.slice(at + 1).join('');
          if (rest !== '') stream.unshift(rest);
          resolve(character === CTRL_D && typed === '' ? undefined : typed);
          return;
        }
        if (character === CTRL_C) {
          finish();
          // In raw mode the terminal does not make it a signal. At once: nothing else keeps the process until one comes.
          process.emit('SIGINT');
          return;
        }
        if (BACKSPACE.has(character)) typed = Array.from(typed).slice(0, -1).join('');
        else if (character === CTRL_U) typed = '';
        else typed += character;
      }
    }
    stream.on('data', onData);
    stream.once('end', onEnd);
    stream.once('close', onEnd);
    stream.resume();
  });
}
