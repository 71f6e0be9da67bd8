/**
 * Everything that can go wrong, by what the caller can do about it. One tree with few classes: status, provider
 * and step are fields. Each error has a stable `code`; foreign errors become one of these at the border where
 * they are met, with the original as `cause`.
 */
import { withoutSecrets } from './secrets.ts';

/** A K2K step, in the order in which they happen. */
export type K2kStep = 'assertion' | 'present' | 'federated-token' | 'projects' | 'scope';

/** Why no complete answer came. */
export type TransportReason = 'dns' | 'connect' | 'tls' | 'timeout' | 'aborted' | 'reset' | 'protocol';

interface FedErrorOptions {
  readonly cause?: unknown;
  /** What to try next, in one line, for a person. */
  readonly hint?: string | undefined;
}

const brand = Symbol.for('openstack-fed.error');

/** The base of all errors that `fed` throws on purpose. */
export abstract class FedError extends Error {
  static {
    Object.defineProperty(FedError.prototype, brand, { value: true });
  }

  /** Stable across releases, for programs. */
  abstract readonly code: string;
  readonly hint: string | undefined;

  constructor(message: string, options: FedErrorOptions = {}) {
    super(withoutSecrets(message), options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.hint = options.hint && withoutSecrets(options.hint);
  }
}

/** Whether this is one of our errors, also when it comes from another copy of the package. */
export function isFedError(value: unknown): value is FedError {
  return typeof value === 'object' && value !== null && brand in value;
}

/** The command or call was put wrongly. */
export class UsageError extends FedError {
  readonly code = 'FED_USAGE';
}

/** clouds.yaml, OS_* variables or fed's own settings do not say what is needed. */
export class ConfigError extends FedError {
  readonly code = 'FED_CONFIG';
  /** The file in which the fault is, if it is in a file. */
  readonly file: string | undefined;

  constructor(message: string, options: FedErrorOptions & { file?: string | undefined } = {}) {
    super(message, options);
    this.file = options.file;
  }
}

/** Home's Keystone refused the credentials. */
export class HomeAuthError extends FedError {
  readonly code = 'FED_HOME_AUTH';
  readonly status: number;
  readonly requestId: string | undefined;

  constructor(message: string, options: FedErrorOptions & { status: number; requestId?: string | undefined }) {
    super(message, options);
    this.status = options.status;
    this.requestId = options.requestId;
  }
}

/** A provider could not be entered: a step of K2K, or of authentication with its own credentials, failed. */
export class ProviderAuthError extends FedError {
  readonly code = 'FED_PROVIDER_AUTH';
  readonly provider: string;
  /** `authenticate` for a provider with credentials of its own. */
  readonly step: K2kStep | 'authenticate';
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  /** Whether it was Keystone itself that refused, in JSON, and not something on the way to it. */
  readonly isKeystonesWord: boolean;

  constructor(
    message: string,
    options: FedErrorOptions & {
      provider: string;
      step: K2kStep | 'authenticate';
      status?: number | undefined;
      requestId?: string | undefined;
      isKeystonesWord?: boolean;
    },
  ) {
    super(message, options);
    this.isKeystonesWord = options.isKeystonesWord ?? false;
    this.provider = options.provider;
    this.step = options.step;
    this.status = options.status;
    this.requestId = options.requestId;
  }
}

/** A provider answered, with an error or with something that is not what its API says. */
export class ProviderResponseError extends FedError {
  readonly code = 'FED_RESPONSE';
  readonly provider: string;
  readonly status: number;
  readonly requestId: string | undefined;
  /** Whether the service itself refused the request: with a 4xx in JSON, which is no gateway's. */
  readonly isRefusal: boolean;

  constructor(
    message: string,
    options: FedErrorOptions & {
      provider: string;
      status: number;
      requestId?: string | undefined;
      isRefusal?: boolean | undefined;
    },
  ) {
    super(message, options);
    this.provider = options.provider;
    this.status = options.status;
    this.requestId = options.requestId;
    this.isRefusal = options.isRefusal === true;
  }
}

/** A provider's catalog may have a service, and does not say how to ask it: the message names what it has. */
export class CatalogError extends FedError {
  readonly code = 'FED_CATALOG';
  readonly provider: string;
  /** Canonical type. */
  readonly service: string;

  constructor(message: string, options: FedErrorOptions & { provider: string; service: string }) {
    super(message, options);
    this.provider = options.provider;
    this.service = options.service;
  }
}

/** No complete answer came. */
export class TransportError extends FedError {
  readonly code = 'FED_TRANSPORT';
  readonly provider: string;
  readonly reason: TransportReason;
  /** Without query and credentials. */
  readonly url: string;
  /** Of a request that may have been carried out all the same: the service's name for it, or the one it was sent with. */
  readonly requestId: string | undefined;

  constructor(
    message: string,
    options: FedErrorOptions & {
      provider: string;
      reason: TransportReason;
      url: string;
      requestId?: string | undefined;
    },
  ) {
    super(message, options);
    this.requestId = options.requestId;
    this.provider = options.provider;
    this.reason = options.reason;
    this.url = options.url;
  }
}

/** A scope or provider that could not say whether it has what was asked for, and why. */
export interface Unsaid {
  readonly provider: string;
  /** The project's name, when the provider could be entered. */
  readonly project?: string | undefined;
  /** Where the provider has the service in several regions. */
  readonly region?: string | undefined;
  readonly reason: string;
  readonly cause?: unknown;
  /** Its place in the federation's order, home first: smaller is earlier. */
  readonly rank?: number | undefined;
}

/** The 404 with which one cloud said that it does not have a resource, as it came. */
export interface AbsentAnswer {
  readonly provider: string;
  /** The project's name. */
  readonly project: string;
  readonly status: number;
  readonly statusText: string;
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>;
  readonly bytes: Uint8Array;
  /** The URL that was called. */
  readonly url: string;
}

/** Every scope was asked, and none has it. */
export class NotFoundError extends FedError {
  readonly code = 'FED_NOT_FOUND';
  /** The providers that answered. */
  readonly absent: readonly string[];
  /** What the first of them answered: home, where it was asked. Absent where the failure is about no single request. */
  readonly answer: AbsentAnswer | undefined;
  /** Types of which none was looked for, where no type was said. */
  readonly notLookedFor: readonly string[];

  constructor(
    message: string,
    options: FedErrorOptions & {
      absent: readonly string[];
      answer?: AbsentAnswer | undefined;
      notLookedFor?: readonly string[];
    },
  ) {
    super(message, options);
    this.absent = options.absent;
    this.answer = options.answer;
    this.notLookedFor = options.notLookedFor ?? [];
  }
}

/** One of several owners, as shown to the user. */
export interface Owner {
  readonly type: string;
  readonly id: string;
  readonly name?: string | undefined;
  readonly provider: string;
  readonly project: string;
  /** Where the provider's catalog names one. */
  readonly region?: string | undefined;
}

/** An id or a name that is not unique. */
export class SeveralOwnersError extends FedError {
  readonly code = 'FED_SEVERAL_OWNERS';
  readonly owners: readonly Owner[];

  constructor(message: string, options: FedErrorOptions & { owners: readonly Owner[] }) {
    super(message, options);
    this.owners = options.owners;
  }
}

/** A body that names resources which live in different clouds. */
export class SplitReferencesError extends FedError {
  readonly code = 'FED_SPLIT_REFERENCES';
  readonly owners: readonly Owner[];

  constructor(message: string, options: FedErrorOptions & { owners: readonly Owner[] }) {
    super(message, options);
    this.owners = options.owners;
  }
}

/** Results were given, but some providers could not be asked. */
export class PartialError extends FedError {
  readonly code = 'FED_PARTIAL';
  readonly unsaid: readonly Unsaid[];

  constructor(message: string, options: FedErrorOptions & { unsaid: readonly Unsaid[] }) {
    super(message, options);
    this.unsaid = options.unsaid;
  }
}

/** Nothing was found, and some scopes could not say. */
export class CouldNotSayError extends FedError {
  readonly code = 'FED_COULD_NOT_SAY';
  readonly absent: readonly string[];
  readonly unsaid: readonly Unsaid[];
  /** Types of which none was looked for, where no type was said. */
  readonly notLookedFor: readonly string[];
  /** The status with which all services that were asked refused the request, where they did so alike. */
  readonly refusedWith: number | undefined;

  constructor(
    message: string,
    options: FedErrorOptions & {
      absent: readonly string[];
      unsaid: readonly Unsaid[];
      notLookedFor?: readonly string[];
      refusedWith?: number | undefined;
    },
  ) {
    super(message, options);
    this.absent = options.absent;
    this.unsaid = options.unsaid;
    this.notLookedFor = options.notLookedFor ?? [];
    this.refusedWith = options.refusedWith;
  }
}
