import { describe, expect, it } from 'vitest';
import { complaint, entry, openrc, temporaryHome } from './temporary-home.ts';

const home = temporaryHome();

describe('the cloud that is used', () => {
  it('is the one that OS_* variables form, before the only one of the file', async () => {
    home.write('work/clouds.yaml', `clouds:\n${entry('lab')}`);
    const { account, source, warnings } = await home.resolve(openrc);
    expect(account).toEqual({
      name: 'envvars',
      authUrl: 'https://home.example:5000/v3',
      methods: [{ method: 'password', user: { name: 'ada', domain: { name: 'People' } }, password: 'horse staple' }],
      project: { name: 'research', domain: { name: 'Projects' } },
      interface: 'public',
      connection: {},
      endpointOverrides: {},
    });
    expect(source).toBe('OS_* variables');
    expect(warnings).toEqual([]);
  });

  it('is the one of OS_CLOUD before the one that variables form', async () => {
    home.write('work/clouds.yaml', `clouds:\n${entry('lab')}${entry('prod')}`);
    expect((await home.resolve({ ...openrc, OS_CLOUD: 'prod' })).account.authUrl).toBe('https://prod.example:5000/v3');
  });

  it('is the one of --os-cloud before all', async () => {
    home.write('work/clouds.yaml', `clouds:\n${entry('lab')}${entry('prod')}`);
    expect((await home.resolve({ ...openrc, OS_CLOUD: 'prod' }, { cloud: 'lab' })).account.name).toBe('lab');
  });

  it('is the only one of the file when nothing is said', async () => {
    const path = home.write('work/clouds.yaml', `clouds:\n${entry('lab')}`);
    const { account, source } = await home.resolve({ OS_REGION_NAME: 'north' });
    expect(account).toMatchObject({ name: 'lab', region: 'north' });
    expect(source).toBe(`clouds.yaml entry lab (${path})`);
  });

  it('must be said when the file has several', async () => {
    const path = home.write('work/clouds.yaml', `clouds:\n${entry('lab')}${entry('prod')}`);
    const text = await complaint(home.resolve({}));
    expect(text).toContain(`Nothing says which cloud of ${path} to use. It has: lab, prod.`);
    expect(text).toContain('--os-cloud or OS_CLOUD');
  });

  it('is guessed at when its name is mistyped, with all names and folders', async () => {
    const path = home.write('work/clouds.yaml', `clouds:\n${entry('research')}${entry('prod')}`);
    const text = await complaint(home.resolve({ OS_CLOUD: 'reserch' }));
    expect(text).toContain(`There is no cloud named reserch. Did you mean research? ${path} has: research, prod.`);
    expect(text).toContain(home.path('etc/openstack'));
  });

  it('is looked for in vain when there is no file', async () => {
    const text = await complaint(home.resolve({ OS_CLOUD: 'lab' }));
    expect(text).toContain('There is no cloud named lab: no clouds.yaml was found.');
    expect(text).toContain(home.path('home/.config/openstack'));
  });

  it('can be made of options alone', async () => {
    const { account, source } = await home.resolve(
      { OS_REGION_NAME: 'north' },
      { auth_url: 'https://home.example/v3', username: 'ada', password: 'x', project_id: '1' },
    );
    expect(account).toMatchObject({ name: 'options', authUrl: 'https://home.example/v3', region: 'north' });
    expect(source).toBe('--os-* options');
  });

  it('can be made of options although the file has several, when they say where', async () => {
    home.write('work/clouds.yaml', `clouds:\n${entry('lab')}${entry('prod')}`);
    const { account } = await home.resolve({}, { auth_url: 'https://home.example/v3', username: 'ada' });
    expect(account.name).toBe('options');
  });

  it('is called what OS_CLOUD_NAME says', async () => {
    expect((await home.resolve({ ...openrc, OS_CLOUD_NAME: 'mine' })).account.name).toBe('mine');
  });

  it('can be the one of the variables by name', async () => {
    home.write('work/clouds.yaml', `clouds:\n${entry('lab')}`);
    expect((await home.resolve(openrc, { cloud: 'envvars' })).account.name).toBe('envvars');
  });

  it('must not have the name of an entry when variables form it', async () => {
    const path = home.write('work/clouds.yaml', `clouds:\n${entry('lab')}`);
    const text = await complaint(home.resolve({ ...openrc, OS_CLOUD_NAME: 'lab' }));
    expect(text).toContain(`The OS_* variables form a cloud named lab, and ${path} has one of that name.`);
  });

  it('is not formed by selectors, by variables of test runners, or by empty ones', async () => {
    const env = {
      OS_REGION_NAME: 'north',
      OS_TEST_PATH: 'x',
      OS_STDOUT_CAPTURE: '1',
      OS_LOG_DEFAULTS: 'x',
      OS_TOKEN: '',
      OS_CLIENT_SECURE_FILE: '/dev/null',
    };
    expect(await complaint(home.resolve(env))).toContain('no OS_* variables are set');
  });

  it('is formed by any other variable, and then what is missing is said with what is set', async () => {
    home.write('work/clouds.yaml', `clouds:\n${entry('lab')}`);
    const text = await complaint(home.resolve({ OS_CACERT: '/ca', OS_USERNAME: 'ada' }));
    expect(text).toContain("OS_* variables: the Identity service's URL is missing.");
    expect(text).toContain('Set OS_AUTH_URL; now set: OS_CACERT, OS_USERNAME. Or choose an entry of clouds.yaml');
  });
});

describe('what is laid over a chosen entry', () => {
  it('is every option, also over variables', async () => {
    home.write('work/clouds.yaml', `clouds:\n${entry('lab')}`);
    const { account } = await home.resolve(
      { OS_CLOUD: 'lab', OS_PROJECT_NAME: 'from a variable', OS_INTERFACE: 'admin' },
      { project_name: 'from an option', username: 'grace', password: 'other' },
    );
    expect(account).toMatchObject({
      methods: [{ user: { name: 'grace' }, password: 'other' }],
      project: { name: 'from an option', domain: { name: 'Projects' } },
      interface: 'admin',
    });
  });

  it('is what variables say when they name neither user nor cloud, as with openstack', async () => {
    home.write('work/clouds.yaml', `clouds:\n${entry('lab')}`);
    const { account, warnings } = await home.resolve({
      OS_CLOUD: 'lab',
      OS_PASSWORD: 'typed',
      OS_SERVICE_PROVIDER: 'sp-a',
      OS_REMOTE_PROJECT_NAME: 'physics',
    });
    expect(account).toMatchObject({
      methods: [{ user: { name: 'ada' }, password: 'typed' }],
      serviceProvider: 'sp-a',
      remoteProject: { name: 'physics' },
    });
    expect(warnings).toEqual([]);
  });

  it("is nothing of another account's variables, and a warning lists them", async () => {
    home.write('work/clouds.yaml', `clouds:\n${entry('lab')}`);
    const { account, warnings } = await home.resolve({
      OS_CLOUD: 'lab',
      OS_USERNAME: 'grace',
      OS_PASSWORD: 'other',
      OS_REGION_NAME: 'north',
    });
    expect(account).toMatchObject({ methods: [{ user: { name: 'ada' }, password: 'horse staple' }] });
    expect(account.region).toBeUndefined();
    expect(warnings).toEqual([
      'OS_PASSWORD, OS_USERNAME are set, too, and not used, because the cloud lab was chosen.',
    ]);
  });

  it('replaces a name by an id and an id by a name', async () => {
    home.write('work/clouds.yaml', `clouds:\n${entry('lab')}${entry('prod')}`);
    const byId = await home.resolve({ OS_CLOUD: 'lab' }, { project_id: '42', user_id: '7' });
    expect(byId.account).toMatchObject({ project: { id: '42' }, methods: [{ user: { id: '7' } }] });
    home.write('work/clouds.yaml', 'clouds: {lab: {auth: {auth_url: "https://l/v3", user_id: 7, project_id: 42}}}');
    const byName = await home.resolve({}, { project_name: 'physics', username: 'ada' });
    expect(byName.account).toMatchObject({
      project: { name: 'physics', domain: { id: 'default' } },
      methods: [{ user: { name: 'ada', domain: { id: 'default' } } }],
    });
  });
});

describe('an entry that is made a provider of its own', () => {
  it('is what the files say, whatever variables and options say', async () => {
    const path = home.write('work/clouds.yaml', `clouds:\n${entry('lab')}${entry('prod')}`);
    const { account, source, warnings } = await home.named('prod', {
      ...openrc,
      OS_CLOUD: 'lab',
      OS_REGION_NAME: 'north',
      OS_SERVICE_PROVIDER: 'sp-a',
    });
    expect(account).toEqual({
      name: 'prod',
      authUrl: 'https://prod.example:5000/v3',
      methods: [{ method: 'password', user: { name: 'ada', domain: { name: 'People' } }, password: 'horse staple' }],
      project: { name: 'research', domain: { name: 'Projects' } },
      interface: 'public',
      connection: {},
      endpointOverrides: {},
    });
    expect(source).toBe(`clouds.yaml entry prod (${path})`);
    expect(warnings).toEqual([]);
  });

  it('says which names there are when there is none of that name', async () => {
    home.write('work/clouds.yaml', `clouds:\n${entry('lab')}`);
    expect(await complaint(home.named('lap'))).toContain('There is no cloud named lap. Did you mean lab?');
  });
});

describe('profiles and regions', () => {
  const profile =
    'public-clouds:\n  acme:\n    auth: {auth_url: "https://{region_name}.acme.example:5000/v3"}\n    regions: [east, west]\n    interface: internal\n';
  const customer = (name: string, more = '') =>
    `clouds:\n  mine:\n    ${name}\n${more}    auth: {username: ada, password: x, project_id: 1}\n`;

  it.each(['profile: acme', 'cloud: acme'])(
    'are taken from clouds-public.yaml by %s, and the entry goes over',
    async (line) => {
      home.write('etc/openstack/clouds-public.yaml', profile);
      home.write('work/clouds.yaml', customer(line, '    interface: admin\n'));
      const { account, warnings } = await home.resolve({});
      expect(account).toMatchObject({
        authUrl: 'https://east.acme.example:5000/v3',
        region: 'east',
        interface: 'admin',
      });
      expect(warnings).toEqual([]);
    },
  );

  it('let OS_REGION_NAME and --os-region-name choose among the regions that are listed', async () => {
    home.write('work/clouds-public.yaml', profile);
    home.write('work/clouds.yaml', customer('profile: acme'));
    const byVariable = await home.resolve({ OS_REGION_NAME: 'west' });
    expect(byVariable.account).toMatchObject({ region: 'west', authUrl: 'https://west.acme.example:5000/v3' });
    const byOption = await home.resolve({ OS_REGION_NAME: 'west' }, { region_name: 'east' });
    expect(byOption.account.region).toBe('east');
    expect(await complaint(home.resolve({ OS_REGION_NAME: 'West' }))).toContain('no region West; it has: east, west.');
  });

  it("give a region's own values", async () => {
    home.write(
      'work/clouds.yaml',
      `clouds:\n${entry('lab', '    interface: public\n    regions:\n    - east\n    - {name: west, values: {interface: internal, auth: {project_name: western}}}\n')}`,
    );
    expect((await home.resolve({})).account).toMatchObject({ region: 'east', interface: 'public' });
    expect((await home.resolve({ OS_REGION_NAME: 'west' })).account).toMatchObject({
      region: 'west',
      interface: 'internal',
      project: { name: 'western' },
    });
  });

  it.each([
    ['region_name: east,west', 'east'],
    ['region_name: [west, east]', 'west'],
    ['region_name: north', 'north'],
  ])('take the first of %s', async (line, region) => {
    home.write('work/clouds.yaml', `clouds:\n${entry('lab', `    ${line}\n`)}`);
    expect((await home.resolve({})).account.region).toBe(region);
  });

  it('refuse a region without a name', async () => {
    home.write('work/clouds.yaml', `clouds:\n${entry('lab', '    regions: [{values: {}}]\n')}`);
    expect(await complaint(home.resolve({}))).toContain('regions of lab in ');
  });

  it.each([
    ['profile: vexxhost', 'uses the profile vexxhost, which is not in a clouds-public.yaml'],
    ['profile: https://acme.example', 'takes its profile from the web (https://acme.example), which fed does not do'],
  ])('that fed does not know are an error that says so: %s', async (line, said) => {
    home.write('work/clouds.yaml', customer(line));
    const text = await complaint(home.resolve({}));
    expect(text).toContain(said);
    expect(text).toContain('The profiles inside openstacksdk are not known here');
  });

  it('that fed does not know are a warning when the entry has its own auth_url', async () => {
    home.write('work/clouds.yaml', `clouds:\n${entry('lab', '    profile: vexxhost\n')}`);
    const { account, warnings } = await home.resolve({});
    expect(account.authUrl).toBe('https://lab.example:5000/v3');
    expect(warnings).toEqual([expect.stringMatching(/profile vexxhost.*what the entry itself says is used\.$/)]);
  });
});
