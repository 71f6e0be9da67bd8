import type { Command } from 'commander';
import { type FedError, NotFoundError, UsageError } from '../../errors.ts';
import type { Forwarded } from '../../federation/forward-request.ts';
import { narrowingTo } from '../../federation/roster.ts';
import { type Subject, subjectOf } from '../../federation/subject.ts';
import { bodyOf, headerValue, pourInto, type ResponseBody, readBytes, type SendResponse } from '../../ports/http.ts';
import type { CommandContext } from '../command.ts';
import { type CurlCall, subjectWith } from '../curl/call.ts';
import { everywhere } from '../curl/everywhere.ts';
import { type NextPage, PageFinder } from '../curl/next-page.ts';
import { addCurlOptions, refuseUnsupported, requestOptions } from '../curl/options.ts';
import { decoded, headText, type Sink, sinkFor } from '../curl/output.ts';
import { curlRequest } from '../curl/request.ts';
import { noFacts, writeOut } from '../curl/write-out.ts';
import { exitCodes } from '../exit-codes.ts';
import { openSession, type Session } from '../session.ts';

export function configure(command: Command): void {
  addCurlOptions(command);
}

export async function run(context: CommandContext): Promise<number> {
  const { options, args } = context;
  const [target = ''] = args;
  refuseUnsupported(options);
  const terminal = options.silent === true ? context.terminal.withOptions({ quiet: true }) : context.terminal;
  const session = await openSession(
    { ...context, terminal },
    {
      ...(typeof options.retry === 'number' && { retries: options.retry }),
      ...(typeof options.connectTimeout === 'number' && { connectTimeoutMs: options.connectTimeout }),
      ...(typeof options.maxTime === 'number' && { timeoutMs: options.maxTime }),
    },
  );
  try {
    const request = await curlRequest(requestOptions(options), terminal);
    const call = { context: { ...context, terminal }, session, request };
    if (options.all === true) return await everywhere(call, target);
    return await once(call, target);
  } finally {
    await session.close();
  }
}

/** What came back, and from where. */
interface Answered {
  readonly response: SendResponse;
  readonly provider: string;
  readonly project: string;
  readonly how: string;
  /** Where it came from; undefined for what is nowhere. */
  readonly forwarded: Forwarded | undefined;
}

/** One call to the owner of what it is about, and with --paginate the pages that follow. */
async function once(call: CurlCall, target: string): Promise<number> {
  const { context, session, request } = call;
  const { options, terminal } = context;
  if (options.paginate === true && request.method !== 'GET') throw new UsageError('--paginate is for GET.');
  const file = fileOf(options, target);
  let facts = noFacts(request.method, target);
  let isTold = false;
  const tell = async () => {
    if (typeof options.writeOut !== 'string' || isTold) return;
    isTold = true;
    await terminal.stdout.write(writeOut(options.writeOut, facts));
  };
  try {
    const { url, ...where } = await understood(session, target);
    const sink = sinkFor(file, terminal);
    let narrowing = where.narrowing;
    let subject: Subject | undefined = subjectWith(where.subject, request);
    let code: number = exitCodes.done;
    let failure: FedError | undefined;
    const pages = new PageFinder();
    while (subject !== undefined) {
      facts = noFacts(request.method, target);
      isTold = false;
      const began = performance.now();
      const answered = await answerTo(call, subject, narrowing, url);
      session.progress.stop();
      const { response, provider, project, how, forwarded } = answered;
      const { status, headers, url: called } = response;
      facts = { ...facts, status, headers, url: called, provider, project, how };
      const failed = status >= 400 && (options.fail === true || options.failWithBody === true);
      if (options.include === true || options.head === true) await sink.write(Buffer.from(headText(response)));
      const page = options.paginate === true && status === 200 ? await readBytes(response.body) : undefined;
      const received = await give(response, page, failed && options.fail === true, options.compressed === true, sink);
      facts = { ...facts, received, seconds: (performance.now() - began) / 1000 };
      await tell();
      if (failed) {
        terminal.stderr.write(`fed: ${provider} answered ${status}\n`);
        code = exitCodes.httpError;
      }
      // The next page is in the same place.
      if (forwarded !== undefined) narrowing = narrowingTo(forwarded.scope);
      const next: NextPage = page && forwarded ? pages.next(subject, forwarded, page) : {};
      subject = next.subject;
      failure = next.failure;
    }
    await sink.close();
    if (failure !== undefined) throw failure;
    return code;
  } catch (error) {
    // As curl: whatever came of it. What the user broke off says nothing.
    if (!context.signal.aborted || isTimeout(context.signal.reason)) await tell();
    throw error;
  }
}

function isTimeout(reason: unknown): boolean {
  return reason instanceof DOMException && reason.name === 'TimeoutError';
}

/**
 * The owner's answer. Where every cloud said that the id is not there, a 404 of theirs is the answer, as it would be of
 * one cloud.
 */
async function answerTo(
  { context, session, request }: CurlCall,
  subject: Subject,
  narrowing: Session['asking']['narrowing'],
  url: string | undefined,
): Promise<Answered> {
  const { method, headers, body } = request;
  try {
    const forwarded = await session.federation.forward({
      ...session.asking,
      method,
      headers,
      body,
      subject,
      narrowing,
      ...(url !== undefined && { url: withQuery(url, subject.query) }),
    });
    const { response, scope, how } = forwarded;
    if (context.options.location === true && response.status >= 300 && response.status < 400) {
      const to = headerValue(response.headers, 'location') ?? 'nowhere';
      context.terminal.warn(`${scope.provider} redirects to ${to}; fed follows no redirect.`);
    }
    return { response, provider: scope.provider, project: scope.project.name, how, forwarded };
  } catch (error) {
    if (!(error instanceof NotFoundError) || error.answer === undefined) throw error;
    const { provider, project, bytes, ...response } = error.answer;
    session.progress.stop();
    context.terminal.warn(`${error.message.replace(/\.$/, '')}; this is what ${provider} answered.`);
    const given = request.method === 'HEAD' ? new Uint8Array() : bytes;
    return { response: { ...response, body: bodyOf(given) }, provider, project, how: 'probed', forwarded: undefined };
  }
}

/** `-o FILE`, or with -O the last part of the path. */
function fileOf(options: CommandContext['options'], target: string): string | undefined {
  if (options.remoteName !== true) return options.output as string | undefined;
  const name = target.split(/[?#]/)[0]?.split('/').at(-1) ?? '';
  if (name === '' || name === '.' || name === '..') throw new UsageError('-O: the path has no name for a file.');
  return name;
}

async function understood(session: Session, target: string) {
  const { narrowing } = session.asking;
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(target)) return { subject: await subjectOf(target), narrowing, url: undefined };
  const resolved = await session.federation.resolveUrl(target, narrowing);
  return { ...resolved, url: target };
}

function withQuery(url: string, query: string): string {
  const [base = url] = url.split(/[?#]/);
  return query === '' ? base : `${base}?${query}`;
}

/** Write the body where it belongs. @returns how many bytes came */
async function give(
  response: SendResponse,
  page: Uint8Array | undefined,
  isUnwanted: boolean,
  isCompressed: boolean,
  sink: Sink,
): Promise<number> {
  if (page !== undefined) return await writePage(sink, page);
  if (!isUnwanted) return await pass(isCompressed ? decoded(response) : response.body, sink);
  response.body.discard();
  return 0;
}

async function pass(body: AsyncIterable<Uint8Array> | ResponseBody, sink: Sink): Promise<number> {
  let received = 0;
  await pourInto((piece) => {
    received += piece.byteLength;
    return sink.write(piece);
  }, body);
  return received;
}

/** Pages are documents of their own: each begins on a line of its own. */
async function writePage(sink: Sink, page: Uint8Array): Promise<number> {
  await sink.write(page);
  if (page.at(-1) !== 0x0a) await sink.write(Buffer.from('\n'));
  return page.byteLength;
}
