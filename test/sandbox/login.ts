import type { Sandbox } from '../../src/sandbox/api.ts';
import { call } from '../contract/http.ts';
import { present, sessionCookie } from '../contract/login.ts';

interface Entry {
  readonly type: string;
  readonly endpoints: readonly { readonly interface: string; readonly url: string; readonly region_id: string }[];
}

export interface SandboxScope {
  readonly token: string;
  readonly projectId: string;
  readonly catalog: readonly Entry[];
  /** The public URL of a service, as the catalog has it. */
  url(service: string): string;
}

/** `POST /auth/tokens` at a cloud. */
export function tokens(authUrl: string, identity: unknown, project?: string, headers: Record<string, string> = {}) {
  const scope = project === undefined ? {} : { scope: { project: { name: project, domain: { id: 'default' } } } };
  return call('POST', `${authUrl}/auth/tokens`, { headers, body: { auth: { identity, ...scope } } });
}

export function password(user: string, secret = `${user}-secret`): unknown {
  return { methods: ['password'], password: { user: { name: user, domain: { id: 'default' }, password: secret } } };
}

/** The federated, unscoped token of a user at a provider. */
export async function federated(sandbox: Sandbox, user: string, provider: string, homeProject?: string) {
  const project = homeProject ?? sandbox.users.find(({ name }) => name === user)?.projects[0];
  const home = await tokens(sandbox.home.authUrl, password(user), project);
  const entry = home.json.token.service_providers?.find(({ id }: { id: string }) => id === provider);
  const body = {
    auth: {
      identity: { methods: ['token'], token: { id: home.headers['x-subject-token'] } },
      scope: { service_provider: { id: provider } },
    },
  };
  const asserted = await call('POST', `${sandbox.home.authUrl}/auth/OS-FEDERATION/saml2/ecp`, { body });
  if (asserted.status !== 200) return asserted;
  const presented = await present(entry.sp_url, asserted.text);
  return call('GET', entry.auth_url, { headers: { Cookie: sessionCookie(presented) } });
}

/** A user's token for a project, at home by password and at a provider by K2K. */
export async function login(sandbox: Sandbox, user: string, cloud: string, project: string): Promise<SandboxScope> {
  const { authUrl } = sandbox.cloud(cloud);
  const identity =
    cloud === 'home'
      ? password(user)
      : { methods: ['token'], token: { id: (await federated(sandbox, user, cloud)).headers['x-subject-token'] } };
  const answer = await tokens(authUrl, identity, project);
  if (answer.status !== 201) throw new Error(`${answer.status} ${answer.text}`);
  const { catalog, project: scoped } = answer.json.token as { catalog: Entry[]; project: { id: string } };
  return {
    token: answer.headers['x-subject-token'] ?? '',
    projectId: scoped.id,
    catalog,
    url: (service) => {
      const entry = catalog.find(({ type }) => type === service);
      return entry?.endpoints.find((endpoint) => endpoint.interface === 'public')?.url ?? '';
    },
  };
}
