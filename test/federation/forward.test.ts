import { describe, expect, it } from 'vitest';
import { subjectOf } from '../../src/federation/subject.ts';
import { readText } from '../../src/ports/http.ts';
import {
  type CloudAnswer,
  type CloudRequest,
  type FakeFederation,
  fakeFederation,
  notFound,
} from '../support/fake-federation.ts';

const scopes = { home: ['research'], 'sp-a': ['one', 'two'], 'sp-b': ['lab'] };
const ID = '6f1f2f3f-0000-4000-8000-00000000000a';
const OTHER = '6f1f2f3f-0000-4000-8000-00000000000b';

/** Resources by path, each at one scope; other paths of known resources succeed there too. */
function clouds(where: Readonly<Record<string, string>>) {
  return ({ provider, project, path, method }: CloudRequest): CloudAnswer => {
    const key = Object.keys(where).find((each) => path.split('?')[0]?.startsWith(each));
    if (key !== undefined && where[key] === `${provider}/${project}`) {
      const id = key.split('/')[2] ?? '';
      const kind = (key.split('/')[1] ?? '').replace(/s$/, '');
      return kind === 'image' ? { json: { id } } : { json: { [kind]: { id } } };
    }
    const id = path.split('/')[2]?.split('?')[0];
    if (id !== undefined) return notFound(id);
    return method === 'POST' ? { status: 202, json: { volume: { id: OTHER }, server: { id: OTHER } } } : { json: {} };
  };
}

async function forward(
  { federation }: FakeFederation,
  method: string,
  target: string,
  body?: string | AsyncIterable<Uint8Array>,
  narrowing?: { providers?: string[]; projects?: string[] },
) {
  const { response, ...rest } = await federation.forward({
    method,
    subject: await subjectOf(target),
    headers: [],
    ...(body !== undefined && { body }),
    ...(narrowing !== undefined && { narrowing }),
  });
  return { ...rest, status: response.status, text: await readText(response.body) };
}

async function* stream(text: string) {
  yield await Promise.resolve(new TextEncoder().encode(text));
}

describe('forwarding a request', () => {
  it.each(['DELETE', 'PUT', 'POST', 'PATCH'])(
    'sends a %s exactly once, to the owner, after probing with GET',
    async (method) => {
      const fake = await fakeFederation({ scopes, answer: clouds({ [`/volumes/${ID}`]: 'sp-b/lab' }) });
      await forward(fake, method, `volume/volumes/${ID}`, '{}');
      expect(fake.log().filter((line) => line.includes(` ${method} `))).toEqual([`sp-b lab ${method} /volumes/${ID}`]);
      expect(fake.log().filter((line) => !line.includes(' GET '))).toHaveLength(1);
    },
  );

  it('forgets what was deleted', async () => {
    const fake = await fakeFederation({ scopes, answer: clouds({ [`/volumes/${ID}`]: 'sp-b/lab' }) });
    await forward(fake, 'DELETE', `volume/volumes/${ID}`);
    expect(fake.locations.size).toBe(0);
  });

  it('sends what names no resource home', async () => {
    const fake = await fakeFederation({ scopes, answer: clouds({}) });
    expect(await forward(fake, 'GET', 'compute/limits')).toMatchObject({ how: 'home' });
    expect(await forward(fake, 'POST', 'volume/volumes', '{"volume":{"size":1}}')).toMatchObject({ how: 'home' });
    expect(fake.log()).toEqual(['home research GET /limits', 'home research POST /volumes']);
  });

  it('leaves to the service what cannot be an id', async () => {
    const fake = await fakeFederation({ scopes, answer: clouds({}) });
    const body = '{"volume":{"size":1,"snapshot_id":"no-such-form"}}';
    expect(await forward(fake, 'POST', 'volume/volumes', body)).toMatchObject({ how: 'home' });
    expect(fake.log()).toEqual(['home research POST /volumes']);
  });

  it('remembers what was created', async () => {
    const fake = await fakeFederation({ scopes, answer: clouds({}) });
    await forward(fake, 'POST', 'volume/volumes', '{"volume":{"size":1}}', { providers: ['sp-b'] });
    expect([...fake.locations.values()]).toMatchObject([{ type: 'volume', id: OTHER, location: { provider: 'sp-b' } }]);
  });

  it('goes where it is told, without probing', async () => {
    const fake = await fakeFederation({ scopes, answer: clouds({ [`/volumes/${ID}`]: 'sp-b/lab' }) });
    const told = await forward(fake, 'GET', `volume/volumes/${ID}`, undefined, {
      providers: ['sp-a'],
      projects: ['two'],
    });
    expect(told).toMatchObject({ how: 'explicit', status: 404 });
    expect(fake.log()).toEqual([`sp-a two GET /volumes/${ID}`]);
  });

  it('asks which project when a provider has several and nothing else tells', async () => {
    const fake = await fakeFederation({ scopes, answer: clouds({}) });
    const request = forward(fake, 'GET', 'volume/volumes', undefined, { providers: ['sp-a'] });
    await expect(request).rejects.toMatchObject({
      code: 'FED_USAGE',
      message: expect.stringContaining('sp-a/one, sp-a/two'),
    });
  });

  it('finds the owner of a kind of resource that the registry does not know', async () => {
    const fake = await fakeFederation({ scopes, answer: clouds({ [`/groups/${ID}`]: 'sp-a/two' }) });
    expect(await forward(fake, 'GET', `volume/groups/${ID}`)).toMatchObject({
      scope: { provider: 'sp-a' },
      status: 200,
    });
  });

  it('replaces the project in a Block Storage path by the owner', async () => {
    const fake = await fakeFederation({ scopes, answer: clouds({ [`/volumes/${ID}`]: 'sp-b/lab' }) });
    await forward(fake, 'GET', `volume/v3/${'0'.repeat(32)}/volumes/${ID}`);
    for (const { request, project } of fake.requests)
      expect(request.url).toContain(Buffer.from(project).toString('hex'));
  });

  it('looks anew when a remembered owner does not have it any more', async () => {
    let owner = 'sp-a/one';
    const fake = await fakeFederation({ scopes, answer: (request) => clouds({ [`/volumes/${ID}`]: owner })(request) });
    await forward(fake, 'GET', `volume/volumes/${ID}`);
    owner = 'sp-b/lab';
    expect(await forward(fake, 'DELETE', `volume/volumes/${ID}`)).toMatchObject({
      scope: { provider: 'sp-b' },
      status: 200,
    });
    const deletes = fake.log().filter((line) => line.includes('DELETE'));
    expect(deletes).toEqual([`sp-a one DELETE /volumes/${ID}`, `sp-b lab DELETE /volumes/${ID}`]);
  });

  it('says who could not be asked where else it may be, and gives no plain 404', async () => {
    let isGone = false;
    const fake = await fakeFederation({
      scopes,
      answer: (request) => {
        if (!isGone) return clouds({ [`/volumes/${ID}`]: 'sp-a/one' })(request);
        return request.provider === 'sp-b' ? { status: 503, text: 'down' } : notFound(ID);
      },
    });
    await forward(fake, 'GET', `volume/volumes/${ID}`);
    isGone = true;
    await expect(forward(fake, 'DELETE', `volume/volumes/${ID}`)).rejects.toMatchObject({
      code: 'FED_COULD_NOT_SAY',
      unsaid: [{ provider: 'sp-b' }],
    });
    isGone = false;
    await forward(fake, 'GET', `volume/volumes/${ID}`);
    isGone = true;
    await expect(forward(fake, 'GET', `volume/volumes/${ID}`)).rejects.toThrow(/sp-b.*503/);
  });

  it('gives the 404 as it is when what is missing is below the resource', async () => {
    const fake = await fakeFederation({
      scopes,
      answer: (request) =>
        request.path.includes('/tags/') ? notFound(ID) : clouds({ [`/servers/${ID}`]: 'sp-b/lab' })(request),
    });
    await forward(fake, 'GET', `compute/servers/${ID}`);
    expect(await forward(fake, 'GET', `compute/servers/${ID}/tags/x`)).toMatchObject({
      how: 'remembered',
      status: 404,
    });
    expect(fake.locations.size).toBe(1);
  });

  it.each([
    ['DELETE', `volume/volumes/${ID}`],
    ['PUT', `volume/volumes/${ID}`],
    ['POST', `volume/volumes/${ID}/action`],
    ['GET', `volume/volumes/${ID}/metadata`],
  ])('believes no 404 to a %s of %s while the resource itself is shown, and sends it once', async (method, target) => {
    const shows = clouds({ [`/volumes/${ID}`]: 'sp-b/lab' });
    const fake = await fakeFederation({
      scopes,
      answer: (request) =>
        request.method === 'GET' && request.path === `/volumes/${ID}` ? shows(request) : notFound(ID),
    });
    await forward(fake, 'GET', `volume/volumes/${ID}`);
    const known = [...fake.locations.values()];
    fake.requests.length = 0;
    expect(await forward(fake, method, target)).toMatchObject({ how: 'remembered', status: 404 });
    expect(fake.log()).toEqual([`sp-b lab ${method} ${target.slice('volume'.length)}`, `sp-b lab GET /volumes/${ID}`]);
    expect([...fake.locations.values()]).toEqual(known);
  });

  it('asks first before it sends a body that cannot be sent twice to a remembered owner', async () => {
    let owner = 'sp-a/one';
    const fake = await fakeFederation({ scopes, answer: (request) => clouds({ [`/images/${ID}`]: owner })(request) });
    await forward(fake, 'GET', `image/images/${ID}`);
    owner = 'sp-b/lab';
    await forward(fake, 'PUT', `image/images/${ID}/file`, stream('data'));
    expect(fake.log().filter((line) => line.includes('PUT'))).toEqual([`sp-b lab PUT /images/${ID}/file`]);
  });

  it("gives the remembered owner's 404 where nobody has what such a body is for", async () => {
    let owner = 'sp-b/lab';
    const fake = await fakeFederation({ scopes, answer: (request) => clouds({ [`/volumes/${ID}`]: owner })(request) });
    await forward(fake, 'GET', `volume/volumes/${ID}`);
    owner = 'nowhere';
    const sent = forward(fake, 'PUT', `volume/volumes/${ID}`, stream('data'));
    await expect(sent).rejects.toMatchObject({ code: 'FED_NOT_FOUND', answer: { provider: 'sp-b', status: 404 } });
  });
});

describe('forwarding a request whose body names resources', () => {
  const server = (image: string, network: string) =>
    JSON.stringify({ server: { name: 'x', imageRef: image, networks: [{ uuid: network }] } });

  it('goes to the scope that owns them', async () => {
    const fake = await fakeFederation({
      scopes,
      answer: clouds({ [`/images/${ID}`]: 'sp-b/lab', [`/networks/${OTHER}`]: 'sp-b/lab' }),
    });
    expect(await forward(fake, 'POST', 'compute/servers', server(ID, OTHER))).toMatchObject({
      how: 'references',
      scope: { provider: 'sp-b' },
    });
    expect(fake.log().filter((line) => line.includes('POST'))).toEqual(['sp-b lab POST /servers']);
  });

  it('sends nothing when they live in different clouds, and says which lives where', async () => {
    const fake = await fakeFederation({
      scopes,
      answer: clouds({ [`/images/${ID}`]: 'sp-a/one', [`/networks/${OTHER}`]: 'sp-b/lab' }),
    });
    await expect(forward(fake, 'POST', 'compute/servers', server(ID, OTHER))).rejects.toMatchObject({
      code: 'FED_SPLIT_REFERENCES',
      message: expect.stringMatching(new RegExp(`image ${ID} at sp-a/one\\n.*network ${OTHER} at sp-b/lab`)),
    });
    expect(fake.log().some((line) => line.includes('POST'))).toBe(false);
  });

  it('sends nothing when something that is named cannot be found', async () => {
    const fake = await fakeFederation({ scopes, answer: clouds({ [`/images/${ID}`]: 'sp-a/one' }) });
    await expect(forward(fake, 'POST', 'compute/servers', server(ID, OTHER))).rejects.toMatchObject({
      code: 'FED_NOT_FOUND',
    });
    expect(fake.log().some((line) => line.includes('POST'))).toBe(false);
  });

  it('refuses to attach a volume to a server of another cloud', async () => {
    const fake = await fakeFederation({
      scopes,
      answer: clouds({ [`/servers/${ID}`]: 'sp-a/one', [`/volumes/${OTHER}`]: 'sp-b/lab' }),
    });
    const body = JSON.stringify({ volumeAttachment: { volumeId: OTHER } });
    await expect(forward(fake, 'POST', `compute/servers/${ID}/os-volume_attachments`, body)).rejects.toMatchObject({
      code: 'FED_SPLIT_REFERENCES',
    });
    expect(fake.log().some((line) => line.includes('POST'))).toBe(false);
  });

  it('is not misled by a body that is no JSON', async () => {
    const fake = await fakeFederation({ scopes, answer: clouds({}) });
    expect(await forward(fake, 'POST', 'compute/servers', 'imageRef=1')).toMatchObject({ how: 'home' });
  });
});

describe('forwarding to a full URL', () => {
  it('refuses one that is in no catalog', async () => {
    const fake = await fakeFederation({ scopes, answer: clouds({}) });
    for (const url of [
      'http://evil.test/volumes',
      'http://home.test/compute/v2.10/servers',
      'http://home.test/compute/v2.1/../x',
    ]) {
      await expect(fake.federation.resolveUrl(url)).rejects.toMatchObject({ code: 'FED_USAGE' });
    }
    expect(fake.requests).toEqual([]);
  });

  it('knows whose it is, and what it is about', async () => {
    const fake = await fakeFederation({ scopes, answer: clouds({}) });
    const { subject, narrowing } = await fake.federation.resolveUrl(`http://sp-b.test/compute/v2.1/servers/${ID}?x=1`);
    expect(narrowing.providers).toEqual(['sp-b']);
    expect(subject).toMatchObject({ query: 'x=1', named: { typeName: 'server', id: ID } });
  });
});

describe('an id that others may have chosen, too', () => {
  const image = `image/images/${ID}`;
  const writes = [
    ['DELETE', image],
    ['PATCH', image],
    ['PUT', `${image}/file`],
    ['POST', `${image}/actions/deactivate`],
  ] as const;

  /** Copies of one image, and scopes that do not answer. */
  async function copies(first: string[]) {
    let owners = first;
    let away: string[] = [];
    const fake = await fakeFederation({
      scopes,
      answer: ({ provider, project, path, method }) => {
        const at = `${provider}/${project}`;
        if (away.includes(at)) return { status: 503, json: {} };
        if (path.startsWith('/images?') || path === '/images') {
          return { json: { images: owners.includes(at) ? [{ id: ID, owner: project }] : [] } };
        }
        if (!owners.includes(at)) return notFound(ID);
        return method === 'GET' ? { json: { id: ID } } : { status: 204 };
      },
    });
    const sent = () => fake.log().filter((line) => !line.includes(' GET '));
    return {
      fake,
      sent,
      move: (to: string[]) => {
        owners = to;
      },
      lose: (scope: string) => {
        away = [scope];
      },
    };
  }

  it.each(writes)('is not written to where memory alone decides: %s %s', async (method, target) => {
    const { fake, sent, move } = await copies(['sp-a/one']);
    await forward(fake, 'GET', image);
    move(['sp-a/one', 'sp-b/lab']);
    await expect(forward(fake, method, target)).rejects.toMatchObject({ code: 'FED_SEVERAL_OWNERS' });
    expect(sent()).toEqual([]);
  });

  it.each(writes)('is not written to while somebody who may have it is away: %s %s', async (method, target) => {
    const { fake, sent, lose } = await copies(['sp-a/one']);
    await forward(fake, 'GET', image);
    lose('sp-b/lab');
    const said = forward(fake, method, target);
    await expect(said).rejects.toMatchObject({ code: 'FED_COULD_NOT_SAY', unsaid: [{ provider: 'sp-b' }] });
    await expect(said).rejects.toThrow(/image .* is at sp-a\/one, and may be elsewhere, too; sp-b.*Nothing was sent\./);
    expect(sent()).toEqual([]);
  });

  it('is written to at its only owner', async () => {
    const { fake, sent } = await copies(['sp-a/one']);
    expect(await forward(fake, 'DELETE', image)).toMatchObject({ how: 'probed', status: 204 });
    expect(sent()).toEqual([`sp-a one DELETE /images/${ID}`]);
    expect(fake.locations.size).toBe(0);
  });

  it('is read by memory as long as it was seen at one owner only', async () => {
    const { fake, move } = await copies(['sp-a/one']);
    await forward(fake, 'GET', image);
    fake.requests.length = 0;
    expect(await forward(fake, 'GET', image)).toMatchObject({ how: 'remembered' });
    expect(fake.log()).toEqual([`sp-a one GET /images/${ID}`]);
    move(['sp-a/one', 'sp-b/lab']);
    await forward(fake, 'GET', 'image/images', undefined, { providers: ['sp-b'] });
    await expect(forward(fake, 'GET', image)).rejects.toMatchObject({ code: 'FED_SEVERAL_OWNERS' });
  });

  it('is not known from where it was listed', async () => {
    const { fake } = await copies(['sp-a/one', 'sp-b/lab']);
    await forward(fake, 'GET', 'image/images', undefined, { providers: ['sp-b'] });
    await expect(forward(fake, 'GET', image)).rejects.toMatchObject({ code: 'FED_SEVERAL_OWNERS' });
  });

  it('holds for names, too: a key pair is deleted only where all have answered', async () => {
    let away = false;
    const fake = await fakeFederation({
      scopes,
      answer: ({ provider, method }) => {
        if (provider === 'sp-b') return away ? { status: 503, json: {} } : notFound('mine');
        if (provider !== 'home') return notFound('mine');
        return method === 'GET' ? { json: { keypair: { name: 'mine' } } } : { status: 202 };
      },
    });
    away = true;
    const gone = forward(fake, 'DELETE', 'compute/os-keypairs/mine');
    await expect(gone).rejects.toMatchObject({ code: 'FED_COULD_NOT_SAY' });
    expect(fake.log().filter((line) => line.includes('DELETE'))).toEqual([]);
    away = false;
    expect(await forward(fake, 'DELETE', 'compute/os-keypairs/mine')).toMatchObject({ status: 202 });
  });
});

it('what is learnt from an answer does not fail it: one volume is made, and its body comes', async () => {
  const fake = await fakeFederation({ scopes, answer: clouds({}) });
  fake.locations.set = () => {
    throw new Error('the store is full');
  };
  const body = '{"volume":{"size":1}}';
  const made = await forward(fake, 'POST', 'volume/volumes', body);
  expect(made).toMatchObject({ status: 202, text: expect.stringContaining(OTHER) });
  expect(fake.log()).toEqual(['home research POST /volumes']);
});
