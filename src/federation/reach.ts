import type { EndpointGuard } from '../ports/endpoint-guard.ts';
import type { Reach } from '../ports/http.ts';
import type { Provider } from './provider.ts';
import type { Roster } from './roster.ts';

/**
 * How far a request may go to a URL that a provider's catalog has. Undefined where that is no question: the user wrote
 * the address, or the provider's Keystone is known to be at the same host.
 */
export function reachOf(
  guard: EndpointGuard,
  roster: Roster,
  provider: Provider,
  service: string,
  url: string,
): Reach | undefined {
  const overrides = Object.values(provider.endpoints.overrides);
  if (overrides.some((override) => isSameHost(override, url))) return undefined;
  const known = roster.keystonesAtHand();
  if (known === undefined && !guard.isPatient) return undefined;
  const own = known?.find((each) => each.provider === provider.name);
  if (own !== undefined && isSameHost(own.url, url)) return undefined;
  return guard.reach(provider.name, service, () => roster.keystones());
}

function isSameHost(one: string, other: string): boolean {
  const host = hostIn(one);
  return host !== undefined && host === hostIn(other);
}

/**
 * The host of a URL that is written plainly; undefined for any other, of which a parser might think otherwise. Without
 * `new URL`, which a proxy would call for each of its requests.
 */
function hostIn(url: string): string | undefined {
  return PLAIN.exec(url)?.[1]?.toLowerCase();
}

const PLAIN = /^https?:\/\/(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d+)?(?:[/?#]|$)/i;
