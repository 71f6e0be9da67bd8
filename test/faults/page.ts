/** docs/faults.md, out of the rules that the matrix is checked by. */
import { exitCodeMeanings } from '../../src/cli/exit-codes.ts';
import { accountRows } from './account-rows.ts';
import { expected, type Where, wheres } from './expected.ts';
import { frontEnds } from './front-ends.ts';
import { machineRows, onThisMachine, withoutMemory } from './machine-rows.ts';
import { certificateRows, networkRows, type Row } from './rows.ts';

const HEAD = `# Faults

What fed does when a cloud, the way to it, the account or this machine is in trouble. Each cell of these tables is a test
(test/faults) that runs in CI on the [sandbox](sandbox.md), and this page is written by the run: \`npm run docs:faults\`. It
changes with what fed does, and not by hand.

Each test looks, too, whether

- what the other clouds have is all there,
- nothing that changes something was sent more than once, and no assertion presented twice (what a 401 refused was not done),
- the failure names the cloud, and at its Keystone the step,
- it came to its end within its deadline: \`idle-timeout\` for a cloud that does nothing, \`answer-timeout\` for an answer that
  fed itself reads and that never ends, \`--timeout\` for the whole command, which is also what ends a body that is only
  passed on,
- no password, token, assertion or session is in anything that is shown.

The listing is of volumes; what is shown, read, deleted and made is a volume of home's, or of the provider that is in
trouble. \`curl\` and \`create\` (\`fed curl -d …\`) name the provider, \`show\` and \`delete\` (\`fed curl -X DELETE …\`) look for the
owner. Through the proxy there are four requests: a listing of all, a reading, a deletion, and a creation with
\`X-Fed-Provider\`. \`−sp-b\` is what \`X-Fed-Missing\` says. \`exec\` is a program inside of \`fed exec\` that lists.`;

const CODES = `Numbers in the columns of commands are fed's exit codes: ${exitCodeMeanings
  .filter(([code]) => code < 8)
  .map(([code, meaning]) => `${code} ${meaning}`)
  .join('; ')}.`;

function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [row(head), row(head.map(() => '---')), ...lines.map(row)].join('\n');
}

/** The same wherever it is: once. */
function inOneCell(said: readonly (string | undefined)[]): string {
  const all = said.filter((each) => each !== undefined);
  return new Set(all).size <= 1 ? (all[0] ?? '') : all.join(' · ');
}

const doors = { cloud: 'all', Keystone: 'Keystone', service: 'the service', writes: 'the service, only what changes' };

const shown = frontEnds.filter(({ name }) => name !== 'proxy');
const proxy = frontEnds.filter(({ name }) => name === 'proxy');

function byCommand(row: Row): string[] {
  const cells = shown.map((front) => inOneCell(wheres.map((where) => expected(front, row, where))));
  return [row.name, doors[row.door], ...cells];
}

function byPlace(row: Row): string[] {
  const at = (where: Where) => proxy.map((front) => expected(front, row, where) ?? '').join();
  return [row.name, doors[row.door], ...wheres.map(at)];
}

const names = frontEnds.map(({ name }) => name);

export function page(): string {
  const rows = [...networkRows, ...certificateRows];
  const parts = [
    HEAD,
    '## Clouds and the way to them: commands and the library',
    `Where three are given: home is in trouble · one provider is · all are. ${CODES} \`its own\`: home's answer, or none, goes to the program as if there were no fed.`,
    table(['fault', 'at', ...shown.map(({ name }) => name)], rows.map(byCommand)),
    '## Clouds and the way to them: through the proxy',
    'The client is logged in, and the tokens for the providers have ended where the fault is at Keystone. `202…`: it goes on for as long as something comes; `cut`: the connection breaks, as the body did.',
    table(['fault', 'at', ...wheres], rows.map(byPlace)),
    '## The account',
    table(
      ['fault', 'where', ...names.filter((name) => name !== 'exec')],
      accountRows.map(({ name, at, wanted }) => [
        name,
        at,
        ...names.filter((each) => each !== 'exec').map((each) => wanted[each] ?? ''),
      ]),
    ),
    '## This machine',
    'Nothing that is remembered is needed: at most a warning says that nothing is.',
    table(
      ['fault', ...names.filter((name) => name !== 'interceptor')],
      [
        ...machineRows.map(({ name }) => [
          name,
          ...names.filter((each) => each !== 'interceptor').map((each) => onThisMachine[each] ?? ''),
        ]),
        [
          'memcached gone',
          ...names.filter((each) => each !== 'interceptor').map((each) => (each === 'proxy' ? withoutMemory : '')),
        ],
      ],
    ),
  ];
  return `${parts.join('\n\n')}\n`;
}
