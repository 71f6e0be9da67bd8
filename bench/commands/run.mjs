/**
 * `node bench/commands/run.mjs [--quick]`: what commands cost, beside what bounds them. Medians of runs that take turns;
 * compare the figures of one run with each other, and not with those of another machine.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fed, openFederation } from './federation.mjs';
import { inTurns, once } from './measure.mjs';
import { heading, ms, row } from './report.mjs';

const quick = process.argv.includes('--quick');
const rounds = quick ? 7 : 21;
const here = import.meta.dirname;
const empty = ['-e', '0'];
const home = mkdtempSync(join(tmpdir(), 'fed-bench-'));
process.on('exit', () => rmSync(home, { recursive: true, force: true }));
const bare = { PATH: process.env.PATH, HOME: home };

async function starting() {
  const figures = await inTurns(rounds, {
    empty: () => once(empty, bare),
    version: () => once([fed, '--version'], bare),
    help: () => once([fed, '--help'], bare),
  });
  for (const [name, goal] of [
    ['version', 10],
    ['help', 20],
  ]) {
    const more = figures[name].wall - figures.empty.wall;
    row(
      `fed --${name}`,
      `empty process: ${ms(figures.empty.wall)}`,
      `+ ${ms(more)}, CPU + ${ms(figures[name].cpu - figures.empty.cpu)}`,
      `+ ${goal} ms`,
    );
  }
}

/** A volume of a provider, remembered, with what a plain request for it needs. */
function warmed(federation) {
  const [volume] = JSON.parse(federation.run('volume', 'list', '--provider', 'sp-a', '-f', 'json'));
  federation.run('volume', 'show', volume.id);
  const scope = ['--provider', 'sp-a', '--project', volume.fed_project];
  const token = federation.run('token', 'issue', ...scope, '-f', 'value', '-c', 'id').trim();
  const catalog = JSON.parse(federation.run('catalog', 'list', ...scope, '-f', 'json'));
  const { url } = catalog.find(({ type, interface: kind }) => type === 'volumev3' && kind === 'public');
  return { id: volume.id, url: `${url}/volumes/${volume.id}`, token };
}

/** The environment of the same user with an application credential, as scripts have one. */
function withApplicationCredential({ env, run }) {
  const { user_id: user } = JSON.parse(run('token', 'issue', '-f', 'json'));
  const target = `identity/users/${user}/application_credentials`;
  const wanted = JSON.stringify({ application_credential: { name: 'bench' } });
  const answer = JSON.parse(run('curl', target, '--provider', 'home', '--json', wanted));
  const { id, secret } = answer.application_credential;
  return {
    ...Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('OS_'))),
    OS_AUTH_URL: env.OS_AUTH_URL,
    OS_AUTH_TYPE: 'v3applicationcredential',
    OS_APPLICATION_CREDENTIAL_ID: id,
    OS_APPLICATION_CREDENTIAL_SECRET: secret,
  };
}

/** A case with each kind of credential. */
const withBoth = (name) => [
  ['password', name],
  ['credential', 'the same with an application credential'],
];

async function warmShow() {
  const federation = await openFederation('--providers', '3');
  const { id, url, token } = warmed(federation);
  const show = [fed, 'volume', 'show', id];
  const scripted = withApplicationCredential(federation);
  await once(show, scripted);
  const figures = await inTurns(rounds, {
    empty: () => once(empty, federation.env),
    request: () => once([join(here, 'get.mjs'), url, token], federation.env),
    password: () => once(show, federation.env),
    credential: () => once(show, scripted),
  });
  const { empty: nothing, request } = figures;
  for (const [kind, name] of withBoth('warm fed volume show ID')) {
    const shown = figures[kind];
    row(
      name,
      `empty process: ${ms(nothing.wall)}; with one request: ${ms(request.wall)}`,
      `+ ${ms(shown.wall - nothing.wall)} over the empty, + ${ms(shown.wall - request.wall)} over the request; CPU + ${ms(shown.cpu - nothing.cpu)}`,
      '+ 35 ms over the empty',
    );
  }
  const many = 100;
  const atOnce = async (args, env) => {
    const began = performance.now();
    await Promise.all(Array.from({ length: many }, () => once(args, env)));
    return { wall: performance.now() - began };
  };
  const crowd = await inTurns(3, {
    empty: () => atOnce(empty, federation.env),
    password: () => atOnce(show, federation.env),
    credential: () => atOnce(show, scripted),
  });
  for (const [kind, name] of withBoth(`${many} warm fed at once`)) {
    row(
      name,
      `${many} empty processes: ${ms(crowd.empty.wall)}`,
      `× ${(crowd[kind].wall / crowd.empty.wall).toFixed(2)}`,
      '× 2',
    );
  }
  await federation.close();
}

heading(quick);
await starting();
await warmShow();
