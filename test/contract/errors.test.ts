import { describe, expect, it } from 'vitest';
import { NOBODY, useContract } from './contract.ts';
import { call } from './http.ts';

const contract = useContract();
const lists = [
  ['compute', '/servers'],
  ['volume', '/volumes'],
  ['image', '/images'],
  ['network', '/networks'],
] as const;

describe('a request without a good token', () => {
  it.each(lists)("to %s%s is 401 and names the cloud's Keystone, whatever the token was", async (service, path) => {
    const scope = await contract.home();
    for (const token of [undefined, '', 'garbage', `gAAAAABrBQKr${'x'.repeat(150)}`]) {
      const answer = await call('GET', `${scope[service]}${path}`, { token });
      expect(answer.status).toBe(401);
      expect(answer.headers['www-authenticate']).toBe(`Keystone uri="${scope.cloud.identity}/v3"`);
      if (service === 'image') expect(answer.json).toMatchObject({ code: '401 Unauthorized', title: 'Unauthorized' });
      else
        expect(answer.json.error).toMatchObject({
          code: 401,
          title: 'Unauthorized',
          message: 'The request you have made requires authentication.',
        });
    }
  });

  it('is refused before the path is looked at', async () => {
    const scope = await contract.home();
    expect((await call('GET', `${scope.compute}/nosuch`)).status).toBe(401);
    expect((await call('DELETE', `${scope.volume}/volumes/${NOBODY}`)).status).toBe(401);
    expect((await call('GET', `${scope.cloud.placement}/nosuch`)).status).toBe(401);
  });

  it('is answered in plain text by Image when there is no Accept header', async () => {
    const { image } = await contract.home();
    const answer = await call('GET', `${image}/images`, { accept: null });
    expect([answer.status, answer.headers['content-type']]).toEqual([401, 'text/plain; charset=UTF-8']);
  });
});

describe("the type of an error's body", () => {
  it('is as the client accepts, when a path of Compute or Block Storage is not there', async () => {
    const scope = await contract.home();
    for (const url of [`${scope.compute}/nosuch`, `${scope.volume}/nosuch`]) {
      expect((await scope.get(url)).headers['content-type']).toBe('application/json');
      expect((await scope.get(url, { accept: null })).headers['content-type']).toBe('text/plain; charset=UTF-8');
      for (const accept of ['*/*', 'text/html']) {
        const answer = await scope.get(url, { accept });
        expect(answer.headers['content-type']).toBe('text/html; charset=UTF-8');
        expect(answer.text).toContain('<title>404 Not Found</title>');
      }
    }
  });

  it('is JSON for a resource of Compute and Block Storage, whatever the client accepts', async () => {
    const scope = await contract.home();
    for (const url of [`${scope.compute}/servers/${NOBODY}`, `${scope.volume}/volumes/${NOBODY}`]) {
      for (const accept of [null, '*/*', 'text/html']) {
        const answer = await scope.get(url, { accept });
        expect(answer.json.itemNotFound).toMatchObject({ code: 404, message: expect.stringContaining(NOBODY) });
      }
    }
  });

  it("has a character set in Compute's errors alone", async () => {
    const scope = await contract.home();
    expect((await scope.get(`${scope.compute}/servers/${NOBODY}`)).headers['content-type']).toBe(
      'application/json; charset=UTF-8',
    );
    expect((await scope.get(`${scope.compute}/servers`)).headers['content-type']).toBe('application/json');
    expect((await scope.get(`${scope.volume}/volumes/${NOBODY}`)).headers['content-type']).toBe('application/json');
  });

  it('is HTML at Image for everybody who does not ask for JSON, also for resources', async () => {
    const scope = await contract.home();
    const url = `${scope.image}/images/${NOBODY}`;
    expect((await scope.get(url)).json).toMatchObject({
      code: '404 Not Found',
      title: 'Not Found',
      message: expect.stringContaining(NOBODY),
    });
    for (const accept of ['*/*', 'text/html']) {
      const answer = await scope.get(url, { accept });
      expect(answer.headers['content-type']).toBe('text/html; charset=UTF-8');
      expect(answer.text).toContain(NOBODY);
    }
    expect((await scope.get(url, { accept: null })).headers['content-type']).toBe('text/plain; charset=UTF-8');
  });

  it('is JSON at Network, which answers 406 to those who accept no JSON', async () => {
    const scope = await contract.home();
    const url = `${scope.network}/networks`;
    expect((await scope.get(`${url}/${NOBODY}`, { accept: null })).json.NeutronError.type).toBe('NetworkNotFound');
    expect((await scope.get(`${url}/${NOBODY}`, { accept: '*/*' })).json.NeutronError.type).toBe('NetworkNotFound');
    const answer = await scope.get(url, { accept: 'text/html' });
    expect([answer.status, answer.json.NeutronError.type]).toEqual([406, 'HTTPNotAcceptable']);
  });
});

describe('a body that cannot be understood', () => {
  const json = { 'Content-Type': 'application/json' };

  it.each([
    ['compute', '/servers', 'Malformed request body', "'server' is a required property"],
    ['volume', '/volumes', 'Malformed request body', "'volume' is a required property"],
  ] as const)('is 400 at %s%s', async (service, path, malformed, required) => {
    const scope = await contract.home();
    const post = (body: unknown) => scope.call('POST', `${scope[service]}${path}`, { headers: json, body });
    expect((await post('{bad')).json.badRequest.message).toBe(malformed);
    expect((await post('{}')).json.badRequest.message).toBe(required);
    expect((await post('[]')).json.badRequest.message).toBe("[] is not of type 'object'");
  });

  it('is 415 at Block Storage if it is no JSON at all', async () => {
    const scope = await contract.home();
    const answer = await scope.call('POST', `${scope.volume}/volumes`, {
      headers: { 'Content-Type': 'text/plain' },
      body: 'x',
    });
    expect([answer.status, answer.json.badMediaType.code]).toEqual([415, 415]);
  });

  it('is 400 at Image, and 500 if it is JSON and no object', async () => {
    const scope = await contract.home();
    const post = (body: unknown) => scope.call('POST', `${scope.image}/images`, { headers: json, body });
    expect((await post('{bad')).json.message).toContain('Malformed JSON in request body.');
    expect((await post('[]')).status).toBe(500);
    expect((await post('{"name":5}')).json.message).toContain(
      "Provided object does not match schema 'image': 5 is not of type",
    );
    expect((await post('{"id":"not-a-uuid"}')).json.message).toContain('does not match');
    expect((await post('{"disk_format":"bogus"}')).json.message).toContain("'bogus' is not one of");
    expect((await post('{"visibility":"public"}')).status).toBe(403);
  });

  it('is 400 at Network', async () => {
    const scope = await contract.home();
    const post = async (path: string, body: unknown) =>
      (await scope.call('POST', `${scope.network}/${path}`, { headers: json, body })).json.NeutronError.message;
    expect(await post('networks', '{bad')).toBe('Body contains invalid data');
    expect(await post('networks', '{}')).toBe("Unable to find 'network' in request body");
    expect(await post('networks', '{"network":[]}')).toBe("Object 'network' contains invalid data");
    expect(await post('networks', '{"networks":[]}')).toBe('Resources required');
    expect(await post('networks', '{"network":{"bogus":1}}')).toBe("Unrecognized attribute(s) 'bogus'");
    expect(await post('networks', '{"network":{"name":5}}')).toBe(
      "Invalid input for name. Reason: '5' is not a valid string.",
    );
    expect(await post('subnets', '{"subnet":{}}')).toBe(
      "Failed to parse request. Required attribute 'ip_version' not specified",
    );
    expect(await post('ports', '{"port":{}}')).toBe(
      "Failed to parse request. Required attribute 'network_id' not specified",
    );
    const shared = await scope.call('POST', `${scope.network}/networks`, { body: { network: { shared: true } } });
    expect([shared.status, shared.json.NeutronError.type]).toEqual([403, 'PolicyNotAuthorized']);
  });
});

describe('a new resource that names one which is not here', () => {
  it.each([
    ['volume', '/volumes', { volume: { size: 1, snapshot_id: NOBODY } }, 404],
    ['volume', '/volumes', { volume: { size: 1, source_volid: NOBODY } }, 404],
    ['volume', '/volumes', { volume: { size: 1, imageRef: NOBODY } }, 400],
    ['volume', '/volumes', { volume: { size: 1, volume_type: 'nope' } }, 404],
    ['volume', '/snapshots', { snapshot: { volume_id: NOBODY } }, 404],
    ['network', '/subnets', { subnet: { network_id: NOBODY, ip_version: 4, cidr: '10.9.0.0/24' } }, 404],
    ['network', '/ports', { port: { network_id: NOBODY } }, 404],
    ['network', '/floatingips', { floatingip: { floating_network_id: NOBODY } }, 404],
    [
      'network',
      '/security-group-rules',
      { security_group_rule: { direction: 'ingress', security_group_id: NOBODY } },
      404,
    ],
  ] as const)('is refused: %s%s %j is %i', async (service, path, body, status) => {
    const scope = await contract.home();
    expect((await scope.call('POST', `${scope[service]}${path}`, { body })).status).toBe(status);
  });

  it('is refused by Compute with 400, for an image, a flavor or a network', async () => {
    const scope = await contract.home();
    const [{ id: flavorRef }] = (await scope.get(`${scope.compute}/flavors`)).json.flavors;
    const [{ id: imageRef }] = (await scope.get(`${scope.image}/images?owner=${scope.project.id}`)).json.images;
    const post = async (server: Record<string, unknown>) => {
      const headers = { 'OpenStack-API-Version': 'compute 2.37' };
      const answer = await scope.call('POST', `${scope.compute}/servers`, {
        headers,
        body: { server: { name: 'x', flavorRef, imageRef, networks: 'none', ...server } },
      });
      expect(answer.status).toBe(400);
      return answer.json.badRequest.message;
    };
    expect(await post({ imageRef: NOBODY })).toBe('Can not find requested image');
    expect(await post({ flavorRef: 'nope' })).toBe('Flavor nope could not be found.');
    expect(await post({ networks: [{ uuid: NOBODY }] })).toBe(`Network ${NOBODY} could not be found.`);
    expect(await post({ bogus: 1 })).toContain("Additional properties are not allowed ('bogus' was unexpected)");
    const old = await scope.call('POST', `${scope.compute}/servers`, {
      body: { server: { name: 'x', flavorRef, imageRef, networks: 'none' } },
    });
    expect(old.json.badRequest.message).toContain("'none' is not of type 'array'");
  });

  it('is refused by Block Storage when it has no size, too small a one or one beyond the quota', async () => {
    const scope = await contract.home();
    const post = (volume: unknown) => scope.call('POST', `${scope.volume}/volumes`, { body: { volume } });
    expect((await post({})).status).toBe(400);
    expect((await post({ size: -1 })).status).toBe(400);
    const large = await post({ size: 100_000 });
    expect(large.status).toBe(413);
    expect(large.headers['retry-after']).toBe('0');
    expect(large.json.overLimit.message).toContain('VolumeSizeExceedsAvailableQuota');
  });
});

describe('a request id', () => {
  it("comes with every answer, and Image alone takes the client's", async () => {
    const scope = await contract.home();
    const own = `req-${NOBODY}`;
    const headers = { 'X-OpenStack-Request-ID': own };
    for (const [service, path] of lists) {
      const answer = await scope.get(`${scope[service]}${path}`, { headers });
      const id = answer.headers['x-openstack-request-id'];
      expect(id).toMatch(/^req-[0-9a-f-]{36}$/);
      expect(id === own).toBe(service === 'image');
      expect(answer.headers['x-compute-request-id'] === id).toBe(service === 'compute' || service === 'volume');
    }
    expect((await scope.get(`${scope.cloud.identity}/v3`)).headers['x-openstack-request-id']).toMatch(/^req-/);
  });

  it('comes with no ETag, Link or Cache-Control', async () => {
    const scope = await contract.home();
    for (const [service, path] of lists) {
      const { headers } = await scope.get(`${scope[service]}${path}`);
      for (const name of ['etag', 'link', 'cache-control']) expect(headers[name]).toBeUndefined();
    }
  });
});
