/** One thing at a time, and what it asks of each cloud: to be exactly as predicted. */
import { CommandFootprint } from './command-footprint.mjs';
import { userOfSandbox } from './people.mjs';
import { ProxyFootprint } from './proxy-footprint.mjs';
import { counted, Tally } from './tally.mjs';

/** Volumes of a project at sp-a, `research-one`, and of any other; a page of the sandbox's holds 25. */
const pagesOf = (user) => (at, project) => (user === 'alice' && at === 0 && project === 0 ? Math.ceil(70 / 25) : 1);
/** sp-b's place. */
const OWNER = 1;
const ABSENT = '00000000-1111-4222-8333-444444444444';

/** @returns a way to predict what a piece of work asks of whom, work after work */
function predictor(Footprint, name, providers, settings) {
  let tally = new Tally();
  const user = userOfSandbox(name, providers);
  const ask = (...asked) => user.counter(tally)(...asked);
  const footprint = new Footprint(user, { lifetime: 3600, tokenCheck: 60, ...settings }, ask);
  return (work) => {
    tally = new Tally();
    work(footprint);
    return tally;
  };
}

/** @returns how many of the cases are not as predicted */
export async function checkCases(scene, { say, isShared }) {
  const names = scene.providers;
  // Longer than all others need, so that none is spared the question.
  const slowMs = 800 + 60 * names.length;
  let wrong = 0;
  let cases = 0;
  const compare = async (name, prediction, act) => {
    await scene.forgetRequests();
    await act();
    const seen = counted(await scene.settledRequests());
    const differing = prediction.differences(seen);
    cases += 1;
    if (differing.length === 0) return;
    wrong += 1;
    say(`${names.length} providers, ${name}: predicted ${prediction.text}; counted ${seen.text} (${differing}).`);
  };
  const proxied = (user, providers = names, processes = 2) => predictor(ProxyFootprint, user, providers, { processes });
  const [one, two] = await Promise.all([scene.proxy(), scene.proxy()]);
  const volume = scene.volumeAt('sp-b');
  const showing = () => scene.fed('volume', 'show', volume.id);
  const command = () => predictor(CommandFootprint, 'alice', names, {});

  const remembering = command();
  await scene.slow(volume.id, { cloud: 'sp-b', ms: slowMs });
  await compare(
    'fed volume show ID, cold',
    remembering((it) => it.find(0, OWNER, 1)),
    showing,
  );
  await scene.atEase();
  await compare(
    'fed volume show ID, warm',
    remembering((it) => it.show(0, OWNER, 0)),
    showing,
  );
  scene.forgetCache();
  const listing = command()((it) => it.list(0, pagesOf('alice')));
  await compare('fed volume list, cold', listing, () => scene.fed('volume', 'list'));

  const alice = proxied('alice');
  let token;
  const login = async () => {
    token = await one.login('alice');
  };
  await compare(
    'login, cold',
    alice((it) => it.login(0, 0)),
    login,
  );
  await scene.slow(volume.id, { cloud: 'sp-b', ms: slowMs });
  await compare(
    'an id, first',
    alice((it) => it.find(0, 1, OWNER)),
    () => one.show(token, volume.id),
  );
  await scene.atEase();
  await compare(
    'the same again',
    alice((it) => it.show(0, 1, OWNER, 0)),
    () => one.show(token, volume.id),
  );
  await compare(
    'an id that nobody has',
    alice((it) => it.find(0, 1)),
    () => one.show(token, ABSENT),
  );
  await compare(
    'listing',
    alice((it) => it.list(0, 1, pagesOf('alice'))),
    () => one.list(token),
  );
  await compare(
    'versions',
    alice((it) => it.versionsOf(0, 1)),
    () => one.versions(token),
  );
  await compare(
    'versions again',
    alice((it) => it.versionsOf(0, 1)),
    () => one.versions(token),
  );
  await compare(
    'login again',
    alice((it) => it.login(0, 2)),
    login,
  );
  if (isShared) {
    await compare(
      'another process, same id',
      alice((it) => it.show(1, 2, OWNER, 0)),
      () => two.show(token, volume.id),
    );
  }

  const bob = proxied('bob');
  let bobs;
  await compare(
    'known at one, login',
    bob((it) => it.login(0, 0)),
    async () => {
      bobs = await one.login('bob');
    },
  );
  await compare(
    'known at one, listing',
    bob((it) => it.list(0, 1, pagesOf('bob'))),
    () => one.list(bobs),
  );
  await compare(
    'known at one, versions',
    bob((it) => it.versionsOf(0, 1)),
    () => one.versions(bobs),
  );
  if (isShared) {
    const elsewhere = bob((it) => it.list(1, 2, pagesOf('bob')));
    await compare('known at one, another process', elsewhere, () => two.list(bobs));
  }
  const carol = proxied('carol');
  let carols;
  await compare(
    'known nowhere, login',
    carol((it) => it.login(0, 0)),
    async () => {
      carols = await one.login('carol');
    },
  );
  await compare(
    'known nowhere, an id',
    carol((it) => it.find(0, 1)),
    () => one.show(carols, ABSENT),
  );

  // With a memory of its own, so that nothing is there yet.
  const only = await scene.proxy({ args: ['--provider', 'home', '--provider', 'sp-a'], memory: [] });
  const narrowed = proxied('alice', names.slice(0, 1), 1);
  await compare(
    '--provider home sp-a, login',
    narrowed((it) => it.login(0, 0)),
    () => only.login('alice'),
  );
  say(`${names.length} providers: ${cases - wrong} of ${cases} cases exactly as predicted, at each cloud.`);
  return wrong;
}
