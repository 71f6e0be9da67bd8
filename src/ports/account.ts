/** Who the user is at one Keystone, as openstacksdk's and keystoneauth's options describe it. */
import type { ConnectionProfile } from './http.ts';

/** A domain, by id or by name. Absent: Keystone's answer to a missing domain, mostly an error. */
export interface DomainRef {
  readonly id?: string;
  readonly name?: string;
}

/** A user, by id, or by name within a domain. */
export interface UserRef {
  readonly id?: string;
  readonly name?: string;
  readonly domain?: DomainRef;
}

/** A project, by id, or by name within a domain. */
export interface ProjectRef {
  readonly id?: string;
  readonly name?: string;
  readonly domain?: DomainRef;
}

/** One identity method and what it needs (keystoneauth's `password`, `token`, `application_credential`, `totp`). */
export type AuthMethod =
  | { readonly method: 'password'; readonly user: UserRef; readonly password?: string }
  | { readonly method: 'token'; readonly token: string }
  | {
      readonly method: 'application_credential';
      readonly id?: string;
      /** By name, `user` must be there too. */
      readonly name?: string;
      readonly user?: UserRef;
      readonly secret: string;
    }
  | { readonly method: 'totp'; readonly user: UserRef; readonly passcode?: string };

export type Interface = 'public' | 'internal' | 'admin';

/** One set of credentials at one Keystone, with everything needed to use it. */
export interface Account {
  /** The clouds.yaml entry, or the name of the cloud that OS_* variables form (`envvars`). */
  readonly name: string;
  /** Identity v3 base without a trailing slash, for example `https://home.example:5000/v3`. */
  readonly authUrl: string;
  /** One method, or several for multi-factor authentication. */
  readonly methods: readonly AuthMethod[];
  /** Absent: unscoped (or, for an application credential, its own project). */
  readonly project?: ProjectRef;
  /** Filters the catalog of this Keystone only, never another provider's. */
  readonly region?: string;
  readonly interface: Interface;
  readonly connection: ConnectionProfile;
  /** clouds.yaml's `<service>_endpoint_override`, by service type in its canonical spelling. */
  readonly endpointOverrides: Readonly<Record<string, string>>;
  /** `service_provider` and `remote_project_*`, as osc-lib understands them: work in that scope only. */
  readonly serviceProvider?: string;
  readonly remoteProject?: ProjectRef;
}
