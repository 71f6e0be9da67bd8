import { describe, expect, it } from 'vitest';
import { complaint, entry, openrc, temporaryHome } from './temporary-home.ts';

const home = temporaryHome();
const where = { OS_AUTH_URL: 'https://home.example:5000/v3' };
const ada = { name: 'ada', domain: { id: 'default' } };

describe('the way to authenticate', () => {
  it.each(['password', 'v3password'])('is a password for %s', async (type) => {
    const { account } = await home.resolve({ ...openrc, OS_AUTH_TYPE: type });
    expect(account.methods).toEqual([
      { method: 'password', user: { name: 'ada', domain: { name: 'People' } }, password: 'horse staple' },
    ]);
  });

  it.each(['token', 'v3token'])('is a token for %s', async (type) => {
    const { account } = await home.resolve({ ...where, OS_AUTH_TYPE: type, OS_TOKEN: 'gAAA', OS_PROJECT_ID: '1' });
    expect(account.methods).toEqual([{ method: 'token', token: 'gAAA' }]);
    expect(account.project).toEqual({ id: '1' });
  });

  it('is an application credential by id', async () => {
    const { account } = await home.resolve({
      ...where,
      OS_AUTH_TYPE: 'v3applicationcredential',
      OS_APPLICATION_CREDENTIAL_ID: 'abc',
      OS_APPLICATION_CREDENTIAL_SECRET: 'hush',
    });
    expect(account.methods).toEqual([{ method: 'application_credential', id: 'abc', secret: 'hush' }]);
  });

  it('is an application credential by name, of a user', async () => {
    const { account } = await home.resolve({
      ...where,
      OS_USERNAME: 'ada',
      OS_APPLICATION_CREDENTIAL_NAME: 'laptop',
      OS_APPLICATION_CREDENTIAL_SECRET: 'hush',
    });
    expect(account.methods).toEqual([{ method: 'application_credential', name: 'laptop', user: ada, secret: 'hush' }]);
  });

  it('is a one-time passcode', async () => {
    const { account } = await home.resolve({ ...openrc, OS_AUTH_TYPE: 'v3totp', OS_PASSCODE: '123456' });
    expect(account.methods).toEqual([
      { method: 'totp', user: { name: 'ada', domain: { name: 'People' } }, passcode: '123456' },
    ]);
  });

  it.each([
    ['a list', 'auth_methods: [v3password, v3totp]'],
    ['a text with commas', 'auth_methods: v3password, v3totp'],
    ['short names', 'auth_methods: [password, totp]'],
  ])('is several methods for v3multifactor, given as %s', async (_, line) => {
    home.write('work/clouds.yaml', `clouds:\n${entry('lab', `    auth_type: v3multifactor\n    ${line}\n`)}`);
    const { account } = await home.resolve({ OS_CLOUD: 'lab', OS_PASSCODE: '123456' });
    expect(account.methods.map(({ method }) => method)).toEqual(['password', 'totp']);
    expect(account.methods[1]).toMatchObject({ passcode: '123456' });
  });

  it.each([
    ['a user', { OS_USERNAME: 'ada', OS_TOKEN: 'gAAA' }, 'password'],
    ['a token', { OS_TOKEN: 'gAAA' }, 'token'],
    [
      'an application credential',
      { OS_APPLICATION_CREDENTIAL_ID: 'a', OS_APPLICATION_CREDENTIAL_SECRET: 's' },
      'application_credential',
    ],
  ])('is found out from %s when no type is given', async (_, env, method) => {
    const { account } = await home.resolve({ ...where, ...env });
    expect(account.methods.map((each) => each.method)).toEqual([method]);
  });

  it('is a token that is given as an option, whatever the entry has', async () => {
    home.write('work/clouds.yaml', `clouds:\n${entry('lab', '    auth_type: password\n')}`);
    const { account } = await home.resolve({}, { token: 'gAAA' });
    expect(account.methods).toEqual([{ method: 'token', token: 'gAAA' }]);
    expect(account.project).toMatchObject({ name: 'research' });
  });

  it('stays what the entry says when only its user is replaced', async () => {
    home.write('work/clouds.yaml', `clouds:\n${entry('lab', '    auth_type: v3totp\n')}`);
    const { account } = await home.resolve({}, { username: 'grace' });
    expect(account.methods).toEqual([{ method: 'totp', user: { name: 'grace', domain: { name: 'People' } } }]);
  });

  it.each(['v3oidcpassword', 'v3websso', 'v3kerberos'])('is refused for %s, with a way out', async (type) => {
    const text = await complaint(home.resolve({ ...openrc, OS_AUTH_TYPE: type }));
    expect(text).toContain(`The auth type ${type} (OS_AUTH_TYPE) is not supported. Supported: `);
    expect(text).toContain(
      'Supported: password, v3password, token, v3token, v3applicationcredential, v3totp, v3multifactor.',
    );
    expect(text).toContain('OS_TOKEN=$(openstack token issue');
  });

  it.each(['none', 'admin_token', 'http_basic'])('is refused for %s, which has no Keystone', async (type) => {
    expect(await complaint(home.resolve({ ...openrc, OS_AUTH_TYPE: type }))).toContain('works without Keystone');
  });

  it('is guessed at when it is mistyped', async () => {
    expect(await complaint(home.resolve({ ...openrc, OS_AUTH_TYPE: 'v3pasword' }))).toContain(
      'Did you mean v3password?',
    );
  });

  it('is refused for Identity API v2 in every way of asking for it', async () => {
    expect(await complaint(home.resolve({ ...openrc, OS_AUTH_TYPE: 'v2password' }))).toContain('Identity API v2');
    expect(await complaint(home.resolve({ ...openrc, OS_IDENTITY_API_VERSION: '2.0' }))).toContain(
      'OS_IDENTITY_API_VERSION asks for Identity API 2.0; it must be 3.',
    );
    expect(await complaint(home.resolve({ ...openrc, OS_AUTH_URL: 'http://home:5000/v2.0/' }))).toContain(
      'OS_AUTH_URL is for Identity API v2',
    );
  });
});

describe('what is missing', () => {
  it('may be the password or the passcode: whoever has a terminal asks', async () => {
    const { OS_PASSWORD: _, ...without } = openrc;
    expect((await home.resolve(without)).account.methods).toEqual([
      { method: 'password', user: { name: 'ada', domain: { name: 'People' } } },
    ]);
    expect((await home.resolve({ ...without, OS_AUTH_TYPE: 'v3totp' })).account.methods[0]).not.toHaveProperty(
      'passcode',
    );
  });

  it.each([
    ['the user', { OS_PASSWORD: 'x' }, 'Set OS_USERNAME or OS_USER_ID'],
    ['the token', { OS_AUTH_TYPE: 'token', OS_USERNAME: 'ada' }, 'Set OS_TOKEN'],
    [
      'the secret of the application credential',
      { OS_APPLICATION_CREDENTIAL_ID: 'a' },
      'Set OS_APPLICATION_CREDENTIAL_SECRET',
    ],
    ['the application credential', { OS_APPLICATION_CREDENTIAL_SECRET: 's' }, 'Set OS_APPLICATION_CREDENTIAL_ID or'],
    [
      'the user whose application credential it is',
      { OS_APPLICATION_CREDENTIAL_NAME: 'laptop', OS_APPLICATION_CREDENTIAL_SECRET: 's' },
      'Set OS_USERNAME or OS_USER_ID',
    ],
    ['the list of methods of v3multifactor', { OS_AUTH_TYPE: 'v3multifactor' }, 'Set OS_AUTH_METHODS'],
  ])('is said with the variables that give it: %s', async (what, env, hint) => {
    const text = await complaint(home.resolve({ ...where, ...env }));
    expect(text).toContain(`OS_* variables: ${what} is missing.`);
    expect(text).toContain(hint);
  });

  it('is said with the key, the entry and the file', async () => {
    const path = home.write('work/clouds.yaml', 'clouds: {lab: {auth: {username: ada}}}');
    const text = await complaint(home.resolve({}));
    expect(text).toContain(`clouds.yaml entry lab (${path}): the Identity service's URL is missing.`);
    expect(text).toContain(`Write auth.auth_url into the entry lab of ${path}.`);
  });

  it('is said with the option when there are only options', async () => {
    const text = await complaint(home.resolve({}, { auth_url: 'https://home.example', password: 'x' }));
    expect(text).toContain('Add --os-username or --os-user-id.');
  });
});

describe('spellings', () => {
  it.each([
    ['variables', { OS_TENANT_NAME: 'research' }, { name: 'research', domain: { id: 'default' } }],
    ['variables', { OS_TENANT_ID: '42' }, { id: '42' }],
    ['both variables', { OS_TENANT_NAME: 'old', OS_PROJECT_NAME: 'new' }, { name: 'new', domain: { id: 'default' } }],
  ])('of tenant are those of project, as %s', async (_, env, project) => {
    const { account } = await home.resolve({ ...where, OS_USERNAME: 'ada', ...env });
    expect(account.project).toEqual(project);
  });

  it('can have dashes in clouds.yaml, and stand beside auth', async () => {
    home.write(
      'work/clouds.yaml',
      'clouds: {lab: {auth-type: token, auth: {auth-url: "https://l/v3", auth-token: gAAA}, tenant-name: physics, endpoint-type: adminURL}}',
    );
    const { account } = await home.resolve({});
    expect(account).toMatchObject({
      methods: [{ method: 'token', token: 'gAAA' }],
      project: { name: 'physics' },
      interface: 'admin',
    });
  });

  it.each([
    [
      'its own',
      { OS_USER_DOMAIN_ID: 'u', OS_PROJECT_DOMAIN_ID: 'p', OS_DEFAULT_DOMAIN: 'd' },
      { id: 'u' },
      { id: 'p' },
    ],
    ['the one of both', { OS_DOMAIN_NAME: 'Both' }, { name: 'Both' }, { name: 'Both' }],
    ['OS_DEFAULT_DOMAIN', { OS_DEFAULT_DOMAIN: 'd' }, { id: 'd' }, { id: 'd' }],
    ['OS_DEFAULT_DOMAIN_NAME', { OS_DEFAULT_DOMAIN_NAME: 'D' }, { name: 'D' }, { name: 'D' }],
    ['default', {}, { id: 'default' }, { id: 'default' }],
  ])('of a domain that is not given by itself mean %s', async (_, env, user, project) => {
    const { account } = await home.resolve({ ...where, OS_USERNAME: 'ada', OS_PROJECT_NAME: 'research', ...env });
    expect(account.methods[0]).toMatchObject({ user: { name: 'ada', domain: user } });
    expect(account.project).toEqual({ name: 'research', domain: project });
  });

  it.each([
    ['https://home.example:5000', 'https://home.example:5000/v3'],
    ['https://home.example/identity/', 'https://home.example/identity/v3'],
    ['HTTPS://Home.Example/v3///', 'https://home.example/v3'],
    ['http://[::1]:5000/v3', 'http://[::1]:5000/v3'],
  ])('of the URL %s mean %s', async (written, base) => {
    expect((await home.resolve({ ...openrc, OS_AUTH_URL: written })).account.authUrl).toBe(base);
  });

  it.each([
    ['home.example:5000', 'OS_AUTH_URL is not an http: or https: URL'],
    ['ftp://home.example', 'OS_AUTH_URL is not an http: or https: URL'],
    ['https://ada:horse@home.example/v3', 'OS_AUTH_URL must not have credentials in it'],
    ['https://home.example/v3?x=1', 'OS_AUTH_URL must end with the path'],
    ['https://home.example/v3/auth/tokens', 'OS_AUTH_URL goes on after /v3'],
    ['https://{region_name}.example/v3', 'OS_AUTH_URL has {region_name} in it, and region_name is not set'],
  ])('of the URL %s are refused', async (written, said) => {
    const text = await complaint(home.resolve({ ...openrc, OS_AUTH_URL: written }));
    expect(text).toContain(said);
    expect(text).not.toContain('horse');
  });
});

describe('the scope', () => {
  it.each([
    ['OS_SYSTEM_SCOPE', { ...openrc, OS_SYSTEM_SCOPE: 'all' }],
    ['OS_TRUST_ID', { ...openrc, OS_TRUST_ID: '1' }],
    ['OS_DOMAIN_NAME', { ...where, OS_USERNAME: 'ada', OS_DOMAIN_NAME: 'Default' }],
    ['OS_DOMAIN_ID', { ...where, OS_TOKEN: 'gAAA', OS_DOMAIN_ID: 'default' }],
  ])('must be a project: %s is refused with the reason', async (name, env) => {
    const text = await complaint(home.resolve(env));
    expect(text).toContain(`${name} asks for`);
    expect(text).toContain('OS_PROJECT_NAME');
  });

  it('may be left to Keystone', async () => {
    expect((await home.resolve({ ...where, OS_USERNAME: 'ada' })).account).not.toHaveProperty('project');
  });

  it('is the own project of an application credential, and another one is left out with a warning', async () => {
    const { account, warnings } = await home.resolve({
      ...where,
      OS_APPLICATION_CREDENTIAL_ID: 'a',
      OS_APPLICATION_CREDENTIAL_SECRET: 's',
      OS_PROJECT_NAME: 'research',
    });
    expect(account).not.toHaveProperty('project');
    expect(warnings).toEqual([
      expect.stringMatching(/^OS_PROJECT_NAME is not used: an application credential belongs/),
    ]);
  });

  it('can be one project at one provider', async () => {
    home.write(
      'work/clouds.yaml',
      `clouds:\n${entry('lab', '    service_provider: sp-a\n    remote_project_name: physics\n    remote_project_domain_name: Default\n')}`,
    );
    expect((await home.resolve({})).account).toMatchObject({
      serviceProvider: 'sp-a',
      remoteProject: { name: 'physics', domain: { name: 'Default' } },
    });
    const byId = await home.resolve({ ...openrc, OS_SERVICE_PROVIDER: 'sp-b', OS_REMOTE_PROJECT_ID: '42' });
    expect(byId.account).toMatchObject({ serviceProvider: 'sp-b', remoteProject: { id: '42' } });
  });

  it('warns of a remote project without a provider', async () => {
    const { account, warnings } = await home.resolve({ ...openrc, OS_REMOTE_PROJECT_NAME: 'physics' });
    expect(account).not.toHaveProperty('remoteProject');
    expect(warnings).toEqual(['OS_REMOTE_PROJECT_NAME is not used, because no service provider is named with it.']);
    const domain = await home.resolve({ ...openrc, OS_REMOTE_PROJECT_DOMAIN_ID: 'default' });
    expect(domain.warnings).toEqual([
      'OS_REMOTE_PROJECT_DOMAIN_ID is not used, because no service provider is named with it.',
    ]);
    const lone = await home.resolve({ ...openrc, OS_SERVICE_PROVIDER: 'sp-a', OS_REMOTE_PROJECT_DOMAIN_ID: 'default' });
    expect(lone.warnings).toEqual([
      'OS_REMOTE_PROJECT_DOMAIN_ID is not used, because no remote project is named with it.',
    ]);
  });
});
