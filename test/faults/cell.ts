/** One cell of the matrix: a front end meets a fault. */
import { expect } from 'vitest';
import { secretsIn, unsafeRepetitions } from './checks.ts';
import { troubled, type Where } from './expected.ts';
import type { FrontEnd, Outcome } from './front-ends.ts';
import type { Row } from './rows.ts';
import type { World } from './world.ts';

export interface Cell {
  readonly front: FrontEnd;
  readonly row: Row;
  readonly where: Where;
  readonly world: World;
  /** Seconds for the whole. */
  readonly timeout: number;
}

const PROVIDERS = ['sp-a', 'sp-b'];

/** @returns what was seen, in the words of expected.ts */
export async function meet({ front, row, where, world, timeout }: Cell): Promise<string> {
  await world.reset();
  const { sandbox } = world;
  const cloud = where === 'home' ? 'home' : 'sp-b';
  const ready = await front.open({ world, cloud, timeout });
  try {
    // A proxy has entered the providers when somebody logs in.
    if (row.door === 'Keystone') for (const provider of PROVIDERS) sandbox.expireTokens(provider);
    for (const fault of row.put(troubled[where])) await sandbox.faults.add(fault);
    const outcome = await ready.use();
    // Which of the requests side by side waits for the step itself, and has its 504, is chance.
    const isShared = row.door === 'Keystone' && row.isLate === true;
    const result = String(outcome.result).replaceAll('504', isShared ? '502' : '504');
    const seen = `${result}${outcome.missing.length === 0 ? '' : ` −${outcome.missing.join()}`}`;
    const whole = `${front.name} | ${row.name} | ${row.door} | ${where}: ${seen}`;
    expect(unsafeRepetitions(world), `${whole}: sent more than once`).toEqual([]);
    expect(secretsIn(world, outcome.shown), `${whole}: secrets in ${outcome.shown}`).toEqual([]);
    checkOthers(front, where, world, outcome, whole);
    checkNames(front, row, where, outcome, whole);
    checkDoubt(front, row, world, outcome, whole);
    return seen;
  } finally {
    await ready.close();
  }
}

/** What the others have is all there, whatever one of them does. */
function checkOthers(front: FrontEnd, where: Where, world: World, { result, missing, given }: Outcome, whole: string) {
  const isListing = front.name === 'list' ? result === 6 : /^200\b/.test(String(result)) && missing.length > 0;
  if (!isListing) return;
  const lacking = front.name === 'list' ? troubled[where] : missing;
  const others = Object.keys(world.volumes).filter((cloud) => !lacking.includes(cloud));
  const lost = others.flatMap((cloud) => world.kept(cloud)).filter((id) => !given.includes(id));
  expect(lost, `${whole}: what the others have`).toEqual([]);
}

/** A second after --timeout the command is left behind, which on a busy machine is before it has said what it was about. */
function isCutShort(shown: string): boolean {
  return shown.includes('The command did not finish within');
}

/** How a step at Keystone's is called in a message. */
const STEPS = /authenticat|assertion|\btoken\b|projects|\bversion\b|Identity|credentials/;

/** A failure names the cloud, and at Keystone's the step. */
function checkNames({ name }: FrontEnd, row: Row, where: Where, { result, shown }: Outcome, whole: string) {
  // What the program is answered by home itself is not fed's word.
  const isFailure = typeof result === 'string' ? /50[24]|FED_/.test(result) : name !== 'interceptor' && result !== 0;
  if (!isFailure || isCutShort(shown)) return;
  const clouds = troubled[where].filter((cloud) => shown.includes(cloud));
  expect(clouds, `${whole}: which cloud, in ${shown}`).not.toEqual([]);
  if (row.door !== 'Keystone' || name === 'exec') return;
  expect(shown, `${whole}: which step`).toMatch(STEPS);
}

/** What was sent, and had no whole answer, may have been done: that is said, with a name that the service's logs have. */
function checkDoubt({ name }: FrontEnd, { door, effect }: Row, world: World, { shown }: Outcome, whole: string) {
  const isLost = (effect === 'silent' || effect === 'broken') && door !== 'Keystone' && door !== 'cloud';
  const isSent = name === 'create' || (name === 'delete' && door === 'writes');
  if (!isLost || !isSent || isCutShort(shown)) return;
  const method = name === 'create' ? 'POST' : 'DELETE';
  const sent = world.sandbox.clouds.flatMap(({ requests }) => requests.filter((each) => each.method === method));
  expect(
    sent.filter(({ path }) => path.startsWith('/volume/')),
    `${whole}: what was sent`,
  ).toHaveLength(1);
  expect(shown, `${whole}: whether it was done`).toMatch(
    /(may have been carried out|was taken \(\d+\)).* req-[0-9a-f-]{36}/,
  );
}
