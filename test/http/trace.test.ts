import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import type { EndEvent } from '../../src/http/events.ts';
import { createOneShot } from '../../src/http/one-shot.ts';
import { openTrace, type Trace } from '../../src/http/trace.ts';
import { cut, inTurn, json, startServer } from '../support/server.ts';
import { bytesOf, harness } from './support.ts';

describe('a trace', () => {
  let directory: string;
  let file: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'fed-trace-'));
    file = join(directory, 'trace.jsonl');
  });

  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const never = (message: string): void => {
    throw new Error(message);
  };
  const lines = (): Record<string, unknown>[] =>
    readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  async function traced(use: (trace: Trace) => Promise<void>): Promise<void> {
    const trace = openTrace(file, never);
    await use(trace);
    trace.close();
  }

  it('has one line for each attempt, when that is over', async () => {
    const server = await startServer(inTurn(cut(), json({ a: 1 }, 200, { 'X-OpenStack-Request-Id': 'req-7' })));
    await traced(async ({ observe }) => {
      const sender = harness(createOneShot(), { retries: 1, observe });
      const answer = await sender.call(`${server.origin}/v3/x?limit=1&token=sesame`, {
        headers: [['X-Auth-Token', 'sesame']],
      });
      expect(lines()).toHaveLength(1);
      await bytesOf(answer.body);
      await sender.close();
    });
    await server.close();
    const common = { method: 'GET', provider: 'sp-a', project: 'research', step: 'show', sent: 0 };
    expect(lines()).toMatchObject([
      { ...common, attempt: 1, status: null, bytes: 0, error: expect.stringContaining('closed the connection') },
      { ...common, attempt: 2, status: 200, bytes: 7, request_id: 'req-7' },
    ]);
    for (const line of lines()) {
      expect(Date.parse(String(line.time))).not.toBeNaN();
      expect(line.ms).toEqual(expect.any(Number));
      expect(line.url).toMatch(/\/v3\/x\?limit=1&token=\{SHA256\}/);
    }
    expect(readFileSync(file, 'utf8')).not.toContain('sesame');
  });

  it('counts what was sent', async () => {
    const server = await startServer(json({}));
    await traced(async ({ observe }) => {
      const sender = harness(createOneShot(), { observe });
      (await sender.call(server.origin, { method: 'POST', body: 'twelve bytes' })).body.discard();
      await sender.close();
    });
    await server.close();
    expect(lines()).toMatchObject([{ method: 'POST', sent: 12, status: 200 }]);
  });

  it('is for its owner alone, and is added to', async () => {
    for (const _run of [1, 2]) {
      await traced(({ observe }) => {
        observe(ended());
        return Promise.resolve();
      });
    }
    expect(lines()).toHaveLength(2);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('refuses a file that cannot be written', () => {
    expect(() => openTrace(join(directory, 'none', 'x'), never)).toThrow(UsageError);
    expect(() => openTrace(directory, never)).toThrow('it is a directory');
  });

  it.skipIf(!existsSync('/dev/full'))('says once that it is not complete when the disk is full', () => {
    const warnings: string[] = [];
    const trace = openTrace('/dev/full', (message) => warnings.push(message));
    trace.observe(ended());
    trace.observe(ended());
    trace.close();
    expect(warnings).toEqual(['The trace file /dev/full is not complete: the disk is full.']);
  });

  function ended(): EndEvent {
    return {
      type: 'end',
      id: 1,
      attempt: 1,
      purpose: { provider: 'home', step: 'show' },
      method: 'GET',
      url: 'http://h/',
      startedAt: 0,
      ms: 1,
      status: 200,
      requestId: undefined,
      received: 0,
      sent: 0,
      error: undefined,
    };
  }
});
