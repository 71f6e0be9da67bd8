import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { configure } from '../../../src/cli/commands/curl.ts';
import { requestOptions } from '../../../src/cli/curl/options.ts';
import { curlRequest } from '../../../src/cli/curl/request.ts';
import { fakeTerminal } from '../../support/terminal.ts';

/** The request that these arguments make. */
async function requestOf(...args: string[]) {
  const command = new Command();
  configure(command);
  command.parse([...args, 'volume/volumes'], { from: 'user' });
  const { body, ...rest } = await curlRequest(requestOptions(command.opts()), fakeTerminal());
  return { ...rest, body: body === undefined ? undefined : Buffer.from(body as Uint8Array).toString() };
}

describe("fed curl's data", () => {
  it('is joined in the order given, whichever options it came by', async () => {
    const { body, method } = await requestOf('--data-raw', 'a=@1', '-d', 'b=2', '--data-binary', 'c=3', '-d', 'd=4');
    expect(body).toBe('a=@1&b=2&c=3&d=4');
    expect(method).toBe('POST');
  });

  it('is put together without anything between when it is JSON', async () => {
    const { body, headers } = await requestOf('--json', '{"a":1', '--json', ',"b":2}');
    expect(body).toBe('{"a":1,"b":2}');
    expect(headers).toContainEqual(['Content-Type', 'application/json']);
  });

  it('is nothing where none is given', async () => {
    expect(await requestOf()).toMatchObject({ method: 'GET', body: undefined });
  });
});
