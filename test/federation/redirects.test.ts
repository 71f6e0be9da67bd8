import { describe, expect, it } from 'vitest';
import type { CouldNotSayError } from '../../src/errors.ts';
import { typeNamed } from '../../src/services/index.ts';
import type { ResourceType } from '../../src/services/types.ts';
import { ask } from '../support/aggregated.ts';
import { type CloudAnswer, type CloudRequest, fakeFederation, notFound } from '../support/fake-federation.ts';

const ID = '6f1f2f3f-0000-4000-8000-00000000000a';
const scopes = { home: ['research'], 'sp-a': ['one'] };
const THERE = 'https://new.test/nova';

function server(): ResourceType {
  const type = typeNamed('server');
  if (type === undefined) throw new Error('no servers');
  return type;
}

/** sp-a's Nova answers everything with a redirection to this address. */
function moved(where: (path: string) => string) {
  return fakeFederation({
    scopes,
    answer: ({ provider, path, request }: CloudRequest): CloudAnswer => {
      if (provider !== 'sp-a') return path.includes(ID) ? notFound(ID) : { json: { servers: [] } };
      const headers = [['Location', where(new URL(request.url).pathname)]] as const;
      return { status: 301, text: '<html>moved</html>', contentType: 'text/html', headers };
    },
  });
}

function toHttps() {
  return moved((path) => THERE + path);
}

const LISTED = `http://sp-a.test/compute/v2.1/servers/detail redirects (301) to ${THERE}/compute/v2.1/servers/detail`;

async function reasonOfList({ federation }: Awaited<ReturnType<typeof moved>>) {
  for await (const event of federation.list(server(), {})) {
    if (event.kind === 'unsaid') return event.unsaid;
  }
  return undefined;
}

describe('a service that redirects', () => {
  it('is named in a listing, with the address for the catalog', async () => {
    const unsaid = await reasonOfList(await toHttps());
    expect(unsaid?.reason).toBe(`${LISTED}; its catalog should name that address`);
    expect(unsaid?.cause).toMatchObject({ hint: expect.stringContaining('wants https') });
  });

  it('is named in an aggregated listing', async () => {
    const { federation } = await toHttps();
    const answer = await ask(federation, 'compute/servers/detail');
    expect(answer.kind === 'page' && answer.missing.map(({ reason }) => reason)).toEqual([
      `${LISTED}; its catalog should name that address`,
    ]);
  });

  it('is named where a resource is looked for', async () => {
    const { federation } = await toHttps();
    const error = await federation.show(server(), ID).catch((cause: unknown) => cause as CouldNotSayError);
    expect(error).toMatchObject({
      code: 'FED_COULD_NOT_SAY',
      message: expect.stringContaining(`redirects (301) to ${THERE}/compute/v2.1/servers/${ID}; its catalog should`),
      hint: expect.stringContaining('wants https'),
    });
  });

  it('is not taken for a new address where it leads to a login page', async () => {
    const unsaid = await reasonOfList(await moved(() => '/login?from=somewhere'));
    expect(unsaid?.reason).toBe(
      'http://sp-a.test/compute/v2.1/servers/detail redirects (301) to http://sp-a.test/login',
    );
    expect(unsaid?.cause).toMatchObject({ hint: undefined });
  });
});
