/**
 * One thing that says who the user is: as an option, as a variable, and as a key of clouds.yaml. All take a value.
 */
export interface AccountOption {
  readonly flag: string;
  /** The key in a clouds.yaml entry, at its top or below `auth`. */
  readonly key: string;
  readonly env: string;
  readonly description: string;
  /** Never to be shown. */
  readonly secret?: true;
}

function option(name: string, description: string, secret?: 'secret'): AccountOption {
  const key = name.replaceAll('-', '_');
  return {
    flag: `--os-${name}`,
    key,
    env: `OS_${key.toUpperCase()}`,
    description,
    ...(secret !== undefined && { secret: true }),
  };
}

/** The options and variables of openstacksdk and osc-lib that fed understands. */
export const accountOptions: readonly AccountOption[] = [
  option('cloud', 'entry of clouds.yaml to use'),
  option('auth-url', "home's Identity service (Keystone)"),
  option('auth-type', 'how to authenticate; found out from what else is given'),
  option('auth-methods', 'methods of v3multifactor, separated by commas'),
  option('username', 'user name'),
  option('user-id', 'user id'),
  option('user-domain-name', "name of the user's domain"),
  option('user-domain-id', "id of the user's domain"),
  option('password', "user's password (an option can be seen by others on this machine)", 'secret'),
  option('passcode', 'one-time passcode for v3totp', 'secret'),
  option('token', 'existing token to use instead of a password', 'secret'),
  option('application-credential-id', 'id of an application credential'),
  option('application-credential-name', "name of a user's application credential"),
  option('application-credential-secret', 'secret of an application credential', 'secret'),
  option('project-name', "name of the user's project at home"),
  option('project-id', "id of the user's project at home"),
  option('project-domain-name', "name of the project's domain"),
  option('project-domain-id', "id of the project's domain"),
  option('default-domain', 'id of the domain of user and project where none is given'),
  option('region-name', "home's region; it never applies to another provider"),
  option('interface', 'endpoints to use: public, internal or admin'),
  option('cacert', 'file with the certificates of the CAs to trust'),
  option('cert', 'file with a client certificate'),
  option('key', "file with the client certificate's private key"),
  option('service-provider', 'work at this provider only'),
  option('remote-project-name', 'work in this project of that provider only'),
  option('remote-project-id', 'the same, by id'),
  option('remote-project-domain-name', "name of that project's domain"),
  option('remote-project-domain-id', "id of that project's domain"),
];

/** Values for `accountOptions` (and for `insecure`), by key. */
export type AccountOptionValues = Readonly<Record<string, string | boolean | undefined>>;
