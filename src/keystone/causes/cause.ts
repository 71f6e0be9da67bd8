import type { K2kStep } from '../../errors.ts';

/** What came back at a step of K2K, as far as it tells why the step failed. */
export interface Observed {
  readonly step: K2kStep | 'authenticate';
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
  /** Where a redirect points. */
  readonly location?: string | undefined;
  /** The URL that was asked. */
  readonly url: string;
  /** Whether the home token is of an application credential with access rules. */
  readonly hasAccessRules?: boolean | undefined;
}

/** Why it failed, most likely, and what can be done about it. */
export interface Cause {
  /** Stable: `present/replay`. */
  readonly name: string;
  readonly cause: string;
  /** Who can do something about it: the user, or the operators of home, of the provider, or of both. */
  readonly who: 'you' | 'home' | 'provider' | 'both';
  readonly remedy: string;
  /** Whether the exchange can succeed with a new assertion, with nothing changed at either side. */
  readonly transient?: true;
}

export interface CauseRow extends Cause {
  readonly step: K2kStep | 'any';
  readonly status?: readonly number[];
  /** Found in the body, without regard to case. */
  readonly says?: RegExp;
  readonly when?: (observed: Observed) => boolean;
}

export const isHtml = ({ contentType, text }: Observed) =>
  /\bhtml\b/i.test(contentType) || /^\s*<(!doctype|html)/i.test(text);
export const isJson = ({ contentType }: Observed) => /\bjson\b/i.test(contentType);
export const isPaos = ({ contentType, text }: Observed) =>
  /paos/i.test(contentType) || /<\w+:AuthnRequest\b|paos:Request\b/.test(text);
/** The same address, with https in place of http. */
export const turnsToHttps = ({ location = '', url }: Observed) =>
  URL.canParse(location, url) && new URL(location, url).href === url.replace(/^http:/, 'https:') && /^http:/.test(url);
