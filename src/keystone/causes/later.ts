import { type CauseRow, isHtml } from './cause.ts';

/** Why a provider that was entered does not list projects or scope a token. */
export const PROJECTS_AND_SCOPE: readonly CauseRow[] = [
  {
    name: 'projects/token-refused',
    step: 'projects',
    status: [401],
    cause: 'the provider does not accept the token that it gave (any more)',
    who: 'provider',
    remedy: 'do its Keystones share their Fernet keys, and are the clocks right?',
  },
  {
    name: 'projects/not-there',
    step: 'projects',
    status: [404, 405],
    cause: 'the provider has no list of your projects at this address',
    who: 'home',
    remedy: "check auth_url: what is in front of /OS-FEDERATION/ must be the provider's Identity v3",
  },
  {
    name: 'scope/not-granted',
    step: 'scope',
    status: [401, 403],
    cause: 'the project is not granted to you (any more), or the token that was to be scoped ended',
    who: 'you',
    remedy: 'see `fed project list`; what is granted depends on your home project',
  },
  {
    name: 'scope/bad-token',
    step: 'scope',
    status: [404],
    says: /token/i,
    cause: 'the unscoped token ended early, or was revoked',
    who: 'you',
    remedy: 'try again, after `fed cache clear`',
  },
  {
    name: 'scope/bad-scope',
    step: 'scope',
    status: [400],
    cause: "the provider's Keystone does not take the scope",
    who: 'you',
    remedy: 'see `fed project list`',
  },
];

/** What can happen at any step; looked at after the rows of the step. */
export const ANY_STEP: readonly CauseRow[] = [
  {
    name: 'any/overloaded',
    step: 'any',
    status: [413, 429, 503],
    cause: 'the service is overloaded, limits the rate of requests, or is in maintenance',
    who: 'you',
    remedy: 'try again later',
  },
  {
    name: 'any/gateway',
    step: 'any',
    status: [502, 504],
    cause: 'the proxy in front of Keystone does not reach it',
    who: 'you',
    remedy: 'try again later; the operator can see whether Keystone runs',
  },
  {
    name: 'any/server-error',
    step: 'any',
    status: [500],
    cause: 'Keystone failed',
    who: 'you',
    remedy: "Keystone's log says why; the request id, where one was given, finds the lines",
  },
  {
    name: 'any/redirect',
    step: 'any',
    status: [300, 301, 302, 303, 307, 308],
    cause: 'the address moved, or https is wanted where http is registered',
    who: 'home',
    remedy: 'correct auth_url and sp_url of the service provider',
  },
  {
    name: 'any/page',
    step: 'any',
    when: isHtml,
    cause: "a web page came in place of Keystone's answer",
    who: 'you',
    remedy: 'is something in front of Keystone that logs in, blocks or redirects (a captive portal, a firewall)?',
  },
  {
    name: 'any/malformed',
    step: 'any',
    status: [200, 201],
    cause: "what came is not what Keystone's API gives",
    who: 'you',
    remedy: 'look for something between here and there that changes answers',
  },
];
