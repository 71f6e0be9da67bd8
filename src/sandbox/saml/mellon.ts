import { header } from '../http/exchange.ts';
import { apachePage, type HeaderLine, type Reply } from '../http/reply.ts';
import type { SamlModule } from '../model.ts';
import { readEnvelope } from './assertion.ts';
import { cookieValue } from './sessions.ts';

/** A provider whose Apache has mod_auth_mellon 0.18 in front of Keystone. */

const CACHE: HeaderLine = ['Cache-Control', 'private, max-age=0, must-revalidate'];
const COOKIE = 'mellon-cookie';

export const FEDERATED_AUTH = '/identity/v3/OS-FEDERATION/identity_providers/home/protocols/saml2/auth';

export const mellon: SamlModule = {
  presentPath: `${FEDERATED_AUTH}/mellon/paosResponse`,
  // mellon redirects to the RelayState and refuses one that is no URL of its own host.
  relayStatePrefix: (cloud) => `${cloud.keystone}/?relay=`,
  replyHeaders: [CACHE],

  async present(cloud, exchange) {
    if (exchange.method !== 'POST') {
      const text = `The requested method ${exchange.method} is not allowed for this URL.`;
      return apachePage(405, 'Method Not Allowed', text, [CACHE, ['Allow', 'TRACE']]);
    }
    // The content type does not matter to mellon.
    const presented = readEnvelope((await exchange.body()).toString('utf8'), cloud.federation.signingKey);
    const taken =
      presented?.genuine === true &&
      presented.destination === cloud.spUrl &&
      presented.relayState.startsWith(cloud.base) &&
      presented.notOnOrAfter > cloud.clock.now() &&
      cloud.sessions.isFirst(presented);
    if (!taken) return badRequest();
    const cookie = `${COOKIE}=${cloud.sessions.begin(presented)}; Version=1; Path=/; Domain=${new URL(cloud.base).hostname}`;
    return seeOther(presented.relayState, [['Set-Cookie', cookie]]);
  },

  visitor(cloud, exchange) {
    return cloud.sessions.find(cookieValue(header(exchange, 'cookie'), COOKIE));
  },

  turnAway(cloud, exchange) {
    if ((header(exchange, 'accept') ?? '').includes('application/vnd.paos+xml')) return badRequest();
    const encoded = (url: string) => encodeURIComponent(url).replaceAll('-', '%2D');
    const issuer = `${cloud.federation.home.keystone}/OS-FEDERATION/saml2/idp`;
    return seeOther(`${cloud.authUrl}/mellon/login?ReturnTo=${encoded(cloud.authUrl)}&IdP=${encoded(issuer)}`, []);
  },
};

function seeOther(location: string, headers: readonly HeaderLine[]): Reply {
  const shown = location.replaceAll('&', '&amp;');
  return apachePage(303, 'See Other', `The answer to your request is located <a href="${shown}">here</a>.`, [
    CACHE,
    ...headers,
    ['Location', location],
  ]);
}

/** Whatever is wrong: only mellon's log says it. */
function badRequest(): Reply {
  const text = 'Your browser sent a request that this server could not understand.<br />\n';
  return apachePage(400, 'Bad Request', text, [CACHE]);
}
