/** What every file of the contract uses: a target, and scopes in it that are entered when they are first needed. */
import { afterAll, beforeAll } from 'vitest';
import { type Answer, type Call, call } from './http.ts';
import { authenticate, enter, homeToken, projectScope, secretOf, tokenIdentity, type User } from './login.ts';
import { openTarget, type Target, type TargetCloud } from './target.ts';

/** One project at one cloud, with a token for it. */
export interface ContractScope {
  readonly cloud: TargetCloud;
  readonly project: { readonly id: string; readonly name: string };
  readonly token: string;
  /** The user's id at this cloud. */
  readonly userId: string;
  /** Bases of the services, with version and, for Block Storage, project. */
  readonly compute: string;
  readonly volume: string;
  readonly image: string;
  readonly network: string;
  /** A request with the scope's token. */
  call(method: string, url: string, options?: Call): Promise<Answer>;
  get(url: string, options?: Call): Promise<Answer>;
}

export interface Contract {
  readonly target: Target;
  provider(name: 'sp-a' | 'sp-b'): TargetCloud;
  /** alice's, or another user's, project at a cloud. */
  scope(cloud: string, project: string, user?: User): Promise<ContractScope>;
  /** alice's project at home. */
  home(): Promise<ContractScope>;
}

export function useContract(): Contract {
  let target: Target | undefined;
  const scopes = new Map<string, Promise<ContractScope>>();
  beforeAll(async () => {
    target = await openTarget();
  });
  afterAll(async () => {
    await target?.close();
  });
  const contract: Contract = {
    get target() {
      if (target === undefined) throw new Error('the target is not open yet');
      return target;
    },
    provider: (name) => {
      const found = contract.target.providers.find((cloud) => cloud.name === name);
      if (found === undefined) throw new Error(`there is no ${name}`);
      return found;
    },
    scope: (cloud, project, user = 'alice') => {
      const key = `${cloud} ${project} ${user}`;
      const scope = scopes.get(key) ?? openScope(contract.target, cloud, project, user);
      scopes.set(key, scope);
      return scope;
    },
    home: () => contract.scope('home', 'research'),
  };
  return contract;
}

async function openScope(target: Target, name: string, project: string, user: User): Promise<ContractScope> {
  if (name === 'home') return scopeOf(target.home, await homeToken(target, user));
  const cloud = target.providers.find((one) => one.name === name);
  if (cloud === undefined) throw new Error(`there is no ${name}`);
  const { federated } = await enter(target, user, name);
  return scopeOf(cloud, await authenticate(cloud, tokenIdentity(secretOf(federated)), projectScope(project)));
}

function scopeOf(cloud: TargetCloud, answer: Answer): ContractScope {
  const token = secretOf(answer);
  const { project, user } = answer.json.token;
  const send = (method: string, url: string, options: Call = {}) => call(method, url, { token, ...options });
  return {
    cloud,
    project,
    token,
    userId: user.id,
    compute: `${cloud.compute}/v2.1`,
    volume: `${cloud.volume}/v3/${project.id}`,
    image: `${cloud.image}/v2`,
    network: `${cloud.network}/v2.0`,
    call: send,
    get: (url, options) => send('GET', url, options),
  };
}

/** An id that nobody has. */
export const NOBODY = '11111111-2222-4333-8444-555555555555';

/** Ask again until it is so; fails after a minute. */
export async function eventually<T>(ask: () => Promise<T>, settled: (value: T) => boolean): Promise<T> {
  const until = Date.now() + 60_000;
  for (;;) {
    const value = await ask();
    if (settled(value)) return value;
    if (Date.now() > until) throw new Error(`not settled: ${JSON.stringify(value).slice(0, 500)}`);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}
