import { describe, expect, it } from 'vitest';
import type { Observed } from '../../src/keystone/causes/cause.ts';
import { CAUSES, explain } from '../../src/keystone/k2k-causes.ts';

const SP_URL = 'http://sp.example:5000/Shibboleth.sso/SAML2/ECP';
const keystone = (message: string) => ({
  contentType: 'application/json',
  text: JSON.stringify({ error: { message } }),
});
const shibboleth = (kind: string, words: string) => ({
  contentType: 'text/html',
  text: `<?xml version="1.0"?><!DOCTYPE html><html><title>${kind.replaceAll(':', '&#58;')}</title><p>${words}</p></html>`,
});
const apache = (words: string) => ({
  contentType: 'text/html; charset=iso-8859-1',
  text: `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN"><html><h1>${words}</h1></html>`,
});
const NOTHING = { contentType: '', text: '' };

/** What Keystone 22, Shibboleth 3.4 and mellon 0.18 were seen to answer, and what their sources say they can. */
const OBSERVED: [name: string, step: Observed['step'], status: number, rest: Partial<Observed>][] = [
  ['assertion/unknown-provider', 'assertion', 404, keystone('Could not find Service Provider: sp-x.')],
  ['assertion/access-rules', 'assertion', 404, { ...keystone('Failed to validate token'), hasAccessRules: true }],
  ['assertion/bad-token', 'assertion', 404, keystone('Failed to validate token')],
  ['assertion/bad-token', 'assertion', 404, keystone('Could not recognize Fernet token')],
  ['assertion/bad-token', 'assertion', 404, keystone('Could not find token: abc.')],
  ['assertion/bad-token', 'assertion', 401, keystone('The request you have made requires authentication.')],
  [
    'assertion/not-project-scoped',
    'assertion',
    403,
    keystone(
      'You are not authorized to perform the requested action: Use a project scoped token when attempting to create a SAML assertion.',
    ),
  ],
  ['assertion/provider-disabled', 'assertion', 403, keystone('Service Provider sp-a is disabled')],
  ['assertion/bad-request', 'assertion', 400, keystone("Additional properties are not allowed ('x' was unexpected)")],
  ['assertion/cannot-sign', 'assertion', 500, keystone('An unexpected error prevented the server from fulfilling')],
  ['assertion/no-k2k', 'assertion', 404, apache('Not Found')],
  ['assertion/no-k2k', 'assertion', 405, apache('Method Not Allowed')],
  ['assertion/empty', 'assertion', 200, { contentType: 'text/xml', text: '\n' }],
  ['assertion/no-assertion', 'assertion', 200, apache('Welcome')],

  [
    'present/replay',
    'present',
    500,
    shibboleth('opensaml::SecurityPolicyException', 'Rejecting replayed message ID &#40;382b&#41;.'),
  ],
  [
    'present/clock-skew',
    'present',
    500,
    shibboleth('opensaml::SecurityPolicyException', 'Message expired, was issued too long ago.'),
  ],
  [
    'present/clock-skew',
    'present',
    500,
    shibboleth('opensaml::SecurityPolicyException', 'Message rejected, was issued in the future.'),
  ],
  [
    'present/clock-skew',
    'present',
    500,
    shibboleth('opensaml::FatalProfileException', 'Assertion is no longer valid.'),
  ],
  [
    'present/signature',
    'present',
    500,
    shibboleth('opensaml::FatalProfileException', 'Message was signed, but signature could not be verified.'),
  ],
  [
    'present/signature',
    'present',
    500,
    shibboleth('opensaml::FatalProfileException', 'Unable to establish security of incoming assertion.'),
  ],
  [
    'present/unknown-issuer',
    'present',
    500,
    shibboleth('opensaml::saml2md::MetadataException', 'Unable to locate metadata'),
  ],
  [
    'present/wrong-address',
    'present',
    500,
    shibboleth('opensaml::BindingException', 'SAML message delivered with PAOS to incorrect server URL.'),
  ],
  [
    'present/audience',
    'present',
    500,
    shibboleth('opensaml::FatalProfileException', 'Assertion contains an unacceptable AudienceRestriction.'),
  ],
  [
    'present/shibd-down',
    'present',
    500,
    shibboleth(
      'shibsp::ListenerException',
      'Cannot connect to shibd process, a site administrator should be notified.',
    ),
  ],
  [
    'present/not-paos',
    'present',
    500,
    shibboleth('opensaml::BindingException', 'Decoded message was not a SOAP 1.1 Envelope.'),
  ],
  [
    'present/not-paos',
    'present',
    500,
    shibboleth('opensaml::BindingException', 'PAOS message had an empty request body.'),
  ],
  [
    'present/not-paos',
    'present',
    500,
    shibboleth('opensaml::BindingException', 'Invalid content type for PAOS message.'),
  ],
  [
    'present/no-session-initiator',
    'present',
    500,
    shibboleth('shibsp::ConfigurationException', 'None of the configured SessionInitiators handled the request.'),
  ],
  ['present/server-error', 'present', 500, apache('Internal Server Error')],
  ['present/server-error', 'present', 502, apache('Bad Gateway')],
  [
    'present/keystone-not-saml',
    'present',
    400,
    keystone('Expecting to find application/json in Content-Type header. The server could not comply'),
  ],
  ['present/mellon-refused', 'present', 400, apache('Bad Request')],
  ['present/bad-request', 'present', 400, { contentType: 'application/json', text: '{"error":"bad"}' }],
  ['present/authn-request', 'present', 200, { contentType: 'application/vnd.paos+xml', text: '<S:Envelope/>' }],
  ['present/login-page', 'present', 200, apache('Log in')],
  ['present/https', 'present', 301, { ...apache('Moved'), location: SP_URL.replace('http:', 'https:') }],
  ['present/https', 'present', 302, { ...NOTHING, location: SP_URL.replace('http:', 'https:') }],
  ['present/moved', 'present', 308, { ...NOTHING, location: 'http://sp.example/elsewhere' }],
  ['present/no-cookie', 'present', 302, { ...NOTHING, location: 'http://sp.example:5000/' }],
  ['present/not-there', 'present', 404, apache('Not Found')],
  ['present/not-there', 'present', 405, apache('Method Not Allowed')],
  ['present/forbidden', 'present', 403, apache('Forbidden')],
  ['present/refused-form', 'present', 413, apache('Request Entity Too Large')],
  ['any/overloaded', 'present', 503, apache('Service Unavailable')],

  [
    'federated-token/session-address',
    'federated-token',
    500,
    shibboleth(
      'shibsp::RetryableProfileException',
      'Your IP address &#40;::1&#41; does not match the address recorded at the time the session was established.',
    ),
  ],
  [
    'federated-token/unsupported-protocol',
    'federated-token',
    401,
    keystone('Attempted to authenticate with an unsupported method.'),
  ],
  [
    'federated-token/not-mapped',
    'federated-token',
    401,
    keystone('The request you have made requires authentication.'),
  ],
  ['federated-token/provider-disabled-home', 'federated-token', 403, keystone('Identity Provider home is disabled')],
  [
    'federated-token/remote-id',
    'federated-token',
    403,
    keystone('Incoming identity provider identifier not included among the accepted identifiers.'),
  ],
  ['federated-token/forbidden', 'federated-token', 403, apache('Forbidden')],
  [
    'federated-token/remote-id-attribute',
    'federated-token',
    400,
    keystone('Could not find Identity Provider identifier in environment'),
  ],
  [
    'federated-token/bad-mapping',
    'federated-token',
    400,
    keystone('Local section in mapping home refers to a remote match'),
  ],
  ['federated-token/unknown-names', 'federated-token', 404, keystone('Could not find Identity Provider: nowhere.')],
  [
    'federated-token/unknown-names',
    'federated-token',
    404,
    keystone('Could not find federated protocol saml2 for Identity Provider: home.'),
  ],
  ['federated-token/unknown-names', 'federated-token', 404, keystone('Could not find mapping: home.')],
  ['federated-token/wrong-address', 'federated-token', 404, apache('Not Found')],
  [
    'federated-token/mapped-group',
    'federated-token',
    500,
    keystone('An unexpected error prevented the server from fulfilling your request.'),
  ],
  [
    'federated-token/shibd-down',
    'federated-token',
    500,
    shibboleth('shibsp::ListenerException', 'Cannot connect to shibd process'),
  ],
  [
    'federated-token/session-lost',
    'federated-token',
    500,
    shibboleth('shibsp::ConfigurationException', 'None of the configured SessionInitiators handled the request.'),
  ],
  ['federated-token/session-refused', 'federated-token', 303, { ...apache('See Other'), location: '/mellon/login' }],
  [
    'federated-token/authn-request',
    'federated-token',
    200,
    { contentType: 'text/xml', text: '<S:E><samlp:AuthnRequest/></S:E>' },
  ],
  ['federated-token/page', 'federated-token', 200, apache('Log in')],

  ['projects/token-refused', 'projects', 401, keystone('No')],
  ['projects/not-there', 'projects', 404, apache('Not Found')],
  ['scope/not-granted', 'scope', 401, keystone('No')],
  ['scope/bad-token', 'scope', 404, keystone('Could not recognize Fernet token')],
  ['scope/bad-scope', 'scope', 400, keystone('Bad')],

  ['any/overloaded', 'authenticate', 429, keystone('Slow down')],
  ['any/gateway', 'projects', 504, apache('Gateway Timeout')],
  ['any/server-error', 'scope', 500, keystone('Oops')],
  ['any/redirect', 'projects', 301, NOTHING],
  ['any/page', 'scope', 200, apache('Log in')],
  ['any/malformed', 'federated-token', 201, { contentType: 'application/json', text: '{}' }],
  ['any/unknown', 'present', 418, NOTHING],
];

const explained = ([, step, status, rest]: (typeof OBSERVED)[number]) =>
  explain({ step, status, contentType: '', text: '', url: SP_URL, ...rest });

describe('explain', () => {
  it.each(OBSERVED)('finds %s at %s, status %i', (...observed) => {
    expect(explained(observed).name).toBe(observed[0]);
  });

  it('has every cause in the cases above', () => {
    const tried = OBSERVED.map(([name]) => name);
    expect(CAUSES.map(({ name }) => name).filter((name) => !tried.includes(name))).toEqual([]);
  });

  it('names each cause once, after its step', () => {
    const names = CAUSES.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, step } of CAUSES) expect(name.split('/')[0]).toBe(step);
  });

  it('thinks a new assertion worth while only where nothing has to be changed first', () => {
    expect(CAUSES.filter(({ transient }) => transient).map(({ name }) => name)).toEqual([
      'present/replay',
      'present/server-error',
    ]);
  });
});
