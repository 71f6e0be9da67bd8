import { header } from '../http/exchange.ts';
import { apachePage, type HeaderLine, type Reply } from '../http/reply.ts';
import type { Cloud, SamlModule } from '../model.ts';
import { readEnvelope } from './assertion.ts';
import { cookieValue, type Visitor } from './sessions.ts';

/** A provider whose Apache has Shibboleth 3.4 in front of Keystone. */

const PAGE: readonly HeaderLine[] = [
  ['Expires', 'Wed, 01 Jan 1997 12:00:00 GMT'],
  ['Cache-Control', 'private,no-store,no-cache,max-age=0'],
];

/** How far clocks may be apart (`clockSkew`), and how old a message may be on top of that (the MessageFlow rule). */
const SKEW_MS = 180_000;
const LONGEST_MS = SKEW_MS + 60_000;

export const shibboleth: SamlModule = {
  presentPath: '/Shibboleth.sso/SAML2/ECP',
  relayStatePrefix: () => 'ss:mem:',
  replyHeaders: [],

  async present(cloud, exchange) {
    const where = cloud.spUrl;
    const body = (await exchange.body()).toString('utf8');
    if (
      exchange.method !== 'POST' ||
      !(header(exchange, 'content-type') ?? '').startsWith('application/vnd.paos+xml')
    ) {
      return errorPage(cloud, 'opensaml::BindingException', where, 'Invalid request method or content type.');
    }
    const presented = readEnvelope(body, cloud.federation.signingKey);
    if (presented === undefined) {
      return errorPage(cloud, 'opensaml::BindingException', where, 'Decoded message was not a SOAP 1.1 Envelope.');
    }
    if (presented.destination !== where) {
      const text = 'SAML message delivered with PAOS to incorrect server URL.';
      return errorPage(cloud, 'opensaml::BindingException', where, text);
    }
    if (!presented.genuine) {
      const text = 'Message was signed, but signature could not be verified.';
      return errorPage(cloud, 'opensaml::FatalProfileException', where, text);
    }
    const age = cloud.clock.now() - presented.issuedAt;
    if (age > LONGEST_MS || age < -SKEW_MS) {
      const text =
        age > 0 ? 'Message expired, was issued too long ago.' : 'Message rejected, was issued in the future.';
      return errorPage(cloud, 'opensaml::SecurityPolicyException', where, text);
    }
    if (!cloud.sessions.isFirst(presented)) {
      const text = `Rejecting replayed message ID (${presented.id}).`;
      return errorPage(cloud, 'opensaml::SecurityPolicyException', where, text);
    }
    const cookie = `${cookieName(cloud)}=_${cloud.sessions.begin(presented)}; path=/; HttpOnly`;
    const page = apachePage(302, 'Found', `The document has moved <a href="${cloud.base}/">here</a>.`);
    return { ...page, headers: [['Set-Cookie', cookie], ...PAGE, ['Location', `${cloud.base}/`], ...page.headers] };
  },

  visitor(cloud, exchange): Visitor | undefined {
    return cloud.sessions.find(cookieValue(header(exchange, 'cookie'), cookieName(cloud))?.slice(1));
  },

  turnAway(cloud, exchange): Reply {
    if ((header(exchange, 'accept') ?? '').includes('application/vnd.paos+xml') && header(exchange, 'paos')) {
      return authnRequest(cloud);
    }
    const page = errorPage(
      cloud,
      'shibsp::ConfigurationException',
      cloud.authUrl,
      'None of the configured SessionInitiators handled the request.',
    );
    const stale = cookieValue(header(exchange, 'cookie'), cookieName(cloud)) !== undefined;
    const gone = 'expires=Mon, 01 Jan 2001 00:00:00 GMT; path=/; HttpOnly';
    return stale ? { ...page, headers: [['Set-Cookie', `${cookieName(cloud)}=; ${gone}`], ...page.headers] } : page;
  },
};

/** The application's id and the entity's, in hexadecimal. */
function cookieName(cloud: Cloud): string {
  return `_shibsession_${Buffer.from(`default${cloud.base}/shibboleth`).toString('hex')}`;
}

function errorPage(cloud: Cloud, type: string, where: string, message: string): Reply {
  const coded = (text: string) => text.replaceAll(/[:()]/g, (character) => `&#${character.charCodeAt(0)};`);
  const when = new Date(cloud.clock.now()).toUTCString();
  return {
    status: 500,
    headers: [...PAGE, ['Content-Type', 'text/html']],
    body: `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "DTD/xhtml1-strict.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="en" lang="en">
<head>
	<title>${coded(type)}</title>
</head>
<body>
<h1>${coded(type)}</h1>
<p>The system encountered an error at ${coded(when)}</p>
<p>To report this problem, please contact the site administrator.</p>
<p>Please include the following message in any email:</p>
<p class="error">${coded(`${type} at (${where})`)}</p>
<p>${coded(message)}</p>
</body>
</html>
`,
  };
}

/** A request for authentication, which is no token although it comes with 200. */
function authnRequest(cloud: Cloud): Reply {
  return {
    status: 200,
    headers: [
      ['Content-Type', 'application/vnd.paos+xml'],
      ['Cache-Control', 'no-cache, no-store, must-revalidate, private'],
    ],
    body:
      '<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body><samlp:AuthnRequest ' +
      `xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" AssertionConsumerServiceURL="${cloud.spUrl}"/></S:Body></S:Envelope>`,
  };
}
