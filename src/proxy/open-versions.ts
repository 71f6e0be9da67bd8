import type { Composition } from '../compose.ts';
import { CatalogError } from '../errors.ts';
import { endpointFor, endpointsIn, splitEndpoint } from '../federation/endpoint.ts';
import type { Catalog } from '../keystone/catalog.ts';
import { Lru } from '../lru.ts';
import { type HeaderPairs, readBytes } from '../ports/http.ts';
import type { Answer } from './answer.ts';
import { isRecord } from './catalog.ts';
import { downstreamHeaders, without } from './headers.ts';
import { parsed } from './json.ts';
import type { ProxyRequest } from './request.ts';
import type { ServiceRoute } from './route.ts';
import { commonVersions } from './versions.ts';
import { VERSION_DOCUMENT_LIMIT, VERSIONS_KEPT_MS } from './versions-door.ts';
import { viaOf } from './via.ts';

/** Documents of so many addresses are kept. */
const KEPT = 500;

/** What home answered. */
interface Told {
  readonly status: number;
  readonly statusText: string;
  readonly headers: HeaderPairs;
  readonly document: unknown;
}

/**
 * Version documents for those who show no token: clouds give them to anybody. They are home's own, as without a token there
 * is no user, and no other provider can be asked.
 */
export class OpenVersions {
  readonly #composition: Composition;
  readonly #kept = new Lru<{ at: number; told: Promise<Told | undefined> }>(KEPT);

  constructor(composition: Composition) {
    this.#composition = composition;
  }

  /**
   * @param catalog home's, of any token: users differ in it by their projects alone
   * @returns undefined where home gives none without a token, or it is not known yet where to ask
   */
  async answer(request: ProxyRequest, route: ServiceRoute, catalog: Catalog): Promise<Answer | undefined> {
    const root = this.#rootOf(request, route, catalog);
    if (root === undefined) return undefined;
    const told = await this.#told(request, `${root}/${route.versions}`);
    if (told === undefined) return undefined;
    const { status, statusText, headers, document } = told;
    return {
      status,
      statusText,
      headers,
      body: JSON.stringify(commonVersions([document], `${request.base}${route.root}`)),
      by: { provider: this.#composition.home.name, how: 'versions' },
    };
  }

  #rootOf({ region }: ProxyRequest, { service }: ServiceRoute, catalog: Catalog): string | undefined {
    const { name, account } = this.#composition.home;
    const own = region ?? account.region;
    const endpoints = {
      interfaces: [account.interface],
      overrides: account.endpointOverrides,
      ...(own !== undefined && { region: own }),
    };
    try {
      const found = endpointFor(endpointsIn(catalog, service, { name, endpoints }) ?? [], undefined);
      return found && splitEndpoint(found.url).root;
    } catch (error) {
      if (error instanceof CatalogError) return undefined;
      throw error;
    }
  }

  /** Anybody can ask for it: home is asked once in a while. */
  #told(request: ProxyRequest, url: string): Promise<Told | undefined> {
    const now = Date.now();
    const kept = this.#kept.get(url);
    if (kept !== undefined && now - kept.at < VERSIONS_KEPT_MS) return kept.told;
    const told = this.#ask(request, url);
    this.#kept.set(url, { at: now, told });
    const drop = () => {
      if (this.#kept.get(url)?.told === told) this.#kept.delete(url);
    };
    told.then((found) => found === undefined && drop(), drop);
    return told;
  }

  async #ask(request: ProxyRequest, url: string): Promise<Told | undefined> {
    const { context, home, station } = this.#composition;
    const response = await context.send({
      method: 'GET',
      url,
      headers: [
        ['Accept', 'application/json'],
        ['X-Fed-Via', [...viaOf(request), station].join(', ')],
      ],
      connection: home.account.connection,
      purpose: { provider: home.name, step: 'forward' },
    });
    const document = parsed(new TextDecoder().decode(await readBytes(response.body, VERSION_DOCUMENT_LIMIT)));
    const { status, statusText } = response;
    // Whatever else home says without a token would lead the client past the proxy.
    const isTold = status < 400 && isRecord(document) && ('versions' in document || 'version' in document);
    if (!isTold) return undefined;
    const headers = without(downstreamHeaders(response.headers), 'content-length', 'location');
    return { status, statusText, headers, document };
  }
}
