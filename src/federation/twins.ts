import type { Project, ServiceProvider } from '../keystone/token.ts';
import type { Provider } from './provider.ts';

/** What is said of a service provider of home's that cannot be told from another provider. */
export function hiddenNotice(name: string, isHome: boolean): string {
  return isHome
    ? `home lists a service provider ${name}, and ${name} is what home itself is called here: that one is left out. Call home something else: fed config set home-name NAME.`
    : `home lists a service provider ${name}, and a provider with credentials of its own is called so, too: home's is left out. fed provider remove ${name}, and add it under another name.`;
}

/**
 * The projects of a provider with credentials of its own that no provider before it has: the same cloud can be
 * registered twice, and each of its resources is to be listed once.
 */
export async function withoutTwins(
  provider: Provider,
  projects: readonly Project[],
  before: readonly Provider[],
  listed: readonly ServiceProvider[],
  notice: (message: string) => void,
): Promise<readonly Project[]> {
  const keystoneOf = ({ name, authUrl }: Provider) =>
    authUrl ?? listed.find(({ id }) => id === name)?.authUrl.replace(/\/OS-FEDERATION\/.*$/, '');
  let left = projects;
  for (const twin of before.filter((each) => keystoneOf(each) === provider.authUrl)) {
    // Where it cannot be entered, this way in is the only one.
    const theirs = await twin.projects().catch(() => []);
    const own = left.filter(({ id }) => theirs.every((project) => project.id !== id));
    if (own.length < left.length) {
      notice(
        `${provider.name} and ${twin.name} are the same cloud (${provider.authUrl}): projects that both have are listed once, at ${twin.name}.`,
      );
    }
    left = own;
  }
  return left;
}
