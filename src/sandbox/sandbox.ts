import { randomBytes } from 'node:crypto';
import type { Sandbox, SandboxCloudInfo } from './api.ts';
import { SandboxCloud } from './cloud.ts';
import { control } from './control.ts';
import { applicationCredential, localAccount, people } from './data/people.ts';
import { FaultBoard } from './faults/board.ts';
import { Listener } from './http/listener.ts';
import { totp } from './identity/totp.ts';
import { ImageContents } from './image/contents.ts';
import { RequestLog } from './log.ts';
import type { FederationView } from './model.ts';
import { serve } from './serve.ts';
import { type SandboxOptions, settingsOf } from './settings.ts';

interface Running {
  readonly cloud: SandboxCloud;
  readonly log: RequestLog;
  readonly listener: Listener;
}

/**
 * Start a federation: home and its service providers, each on a free port of 127.0.0.1. The data are made when they
 * are first asked for, and are the same for the same seed.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const settings = settingsOf(options);
  const contents = new ImageContents();
  const view: FederationView = {
    signingKey: randomBytes(32),
    contents,
    get home() {
      return home.cloud;
    },
    get providers() {
      return providers;
    },
    provider: (id) => providers.find(({ name }) => name === id),
  };
  const [own] = Object.values(settings.certificates);
  const running = [undefined, ...Array(settings.providers).keys()].map((index): Running => {
    const cloud = new SandboxCloud(view, settings, index);
    const log = new RequestLog();
    const listener = new Listener((request, response) => void serve(cloud, board, log, request, response), own);
    return { cloud, log, listener };
  });
  const home = running[0] as Running;
  for (const name of [...Object.keys(settings.regions), ...settings.sameNames]) {
    if (!running.some(({ cloud }) => cloud.name === name)) throw new RangeError(`there is no cloud ${name}`);
  }
  const providers = running.slice(1).map(({ cloud }) => cloud);
  const board = new FaultBoard(
    running.map(({ cloud, listener }) => ({
      cloud,
      open: () => listener.open(),
      shut: () => listener.shut(),
      show: (name) => {
        const certificate = name === undefined ? own : settings.certificates[name];
        if (certificate !== undefined) listener.show(certificate);
        else if (name !== undefined) throw new RangeError(`there is no certificate ${name}`);
      },
    })),
  );
  const controlListener = new Listener((request, response) => void control(sandbox, request, response));
  await Promise.all([...running.map(({ listener }) => listener), controlListener].map((listener) => listener.open()));
  for (const { cloud, listener } of running) cloud.base = listener.url;
  const named = (name: string | undefined) => {
    const found = running.filter(({ cloud }) => name === undefined || cloud.name === name);
    if (found.length === 0) throw new RangeError(`there is no cloud ${name}`);
    return found;
  };
  const clouds = running.map(infoOf);
  const sandbox: Sandbox = {
    home: clouds[0] as SandboxCloudInfo,
    clouds,
    users: people.map(({ name, password, projects }) => ({ name, password, projects })),
    applicationCredential,
    controlUrl: controlListener.url,
    cloud: (name) => infoOf(named(name)[0] as Running),
    env: (user, cloud = 'home') => envOf((named(cloud)[0] as Running).cloud, user),
    passcode: (user) => {
      const secret = people.find(({ name }) => name === user)?.totpSecret;
      if (secret === undefined) throw new RangeError(`${user} has no one-time passwords`);
      return totp(secret, settings.clock.now());
    },
    faults: board,
    expireTokens: (name) => {
      for (const { cloud } of named(name)) cloud.tokens.expireAll();
    },
    setTokenLifetime: (seconds, name) => {
      for (const { cloud } of named(name)) cloud.tokens.lifetimeSeconds = seconds;
    },
    clearRequests: () => {
      for (const { log } of running) log.clear();
    },
    close: async () => {
      await Promise.all(
        [...running.map(({ listener }) => listener), controlListener].map((listener) => listener.close()),
      );
      await contents.close();
    },
  };
  return sandbox;
}

function infoOf({ cloud, log }: Running): SandboxCloudInfo {
  return {
    name: cloud.name,
    region: cloud.region.name,
    regions: cloud.regions.map(({ name, prefix }) => ({ name, url: `${cloud.base}${prefix}` })),
    url: cloud.base,
    authUrl: cloud.keystone,
    saml: cloud.saml,
    projects: cloud.directory.projects,
    get requests() {
      return log.entries;
    },
  };
}

function envOf(cloud: SandboxCloud, user: string): Record<string, string> {
  const person = [...people, localAccount].find(({ name }) => name === user);
  const known = cloud.directory.userNamed(user)?.person;
  if (person === undefined || known === undefined) throw new RangeError(`${cloud.name} has no account ${user}`);
  const project = cloud.directory.projectTitled(known.projects[0] ?? '');
  return {
    OS_AUTH_URL: cloud.keystone,
    OS_USERNAME: person.name,
    OS_PASSWORD: person.password,
    OS_USER_DOMAIN_NAME: 'Default',
    OS_PROJECT_NAME: project?.name ?? '',
    OS_PROJECT_DOMAIN_NAME: project?.domain.name ?? 'Default',
    OS_IDENTITY_API_VERSION: '3',
    OS_REGION_NAME: cloud.region.name,
  };
}
