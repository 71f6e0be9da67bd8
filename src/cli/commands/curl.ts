import { type Command, Option } from 'commander';
import { type FedError, isFedError, type Unsaid, UsageError } from '../../errors.ts';
import type { Forwarded } from '../../federation/forward.ts';
import { incompleteListing, noSuchService } from '../../federation/outcome.ts';
import { narrowingTo } from '../../federation/roster.ts';
import { type Subject, subjectOf } from '../../federation/subject.ts';
import { headerValue, pourInto, type ResponseBody, readBytes, readText } from '../../ports/http.ts';
import type { CommandContext } from '../command.ts';
import { type NextPage, PageFinder } from '../curl/next-page.ts';
import { decoded, headText, type Sink, sinkFor, writeOut } from '../curl/output.ts';
import { type CurlRequest, curlRequest, type DataOption, type RequestOptions } from '../curl/request.ts';
import { exitCodeOf, exitCodes } from '../exit-codes.ts';
import { seconds, wholeNumber } from '../option-parsers.ts';
import { reportError } from '../report.ts';
import { openSession, type Session } from '../session.ts';

/** The options that send data: as in curl their order counts, whichever they are, so they fill one list. */
const DATA_OPTIONS = ['data', 'dataRaw', 'dataBinary', 'json'];

export function configure(command: Command): void {
  const given: DataOption[] = [];
  const data = (kind: DataOption['kind'], flags: string, description: string) =>
    new Option(flags, description).argParser((value) => {
      given.push({ kind, value });
      return given;
    });
  command
    .argument('<target>', 'SERVICE/path, such as volume/volumes/ID or compute/servers?limit=5, or a full URL')
    .optionsGroup("The request (curl's letters):")
    .addOption(new Option('-X, --request <method>', 'the method (default: GET, or what -d, -T and -I say)'))
    .addOption(
      new Option('-H, --header <line>', 'a header; "Name:" takes one away (repeatable)')
        .argParser((value: string, before: readonly string[]) => [...before, value])
        .default([], 'none'),
    )
    .addOption(data('ascii', '-d, --data <data>', 'send this, or @FILE, or @- (standard input), with POST'))
    .addOption(data('raw', '--data-raw <data>', 'the same, where @ means nothing'))
    .addOption(data('binary', '--data-binary <data>', 'the same, and nothing of a file is dropped'))
    .addOption(data('json', '--json <data>', 'the same, as application/json'))
    .addOption(new Option('-T, --upload-file <file>', 'stream a file (- for standard input) with PUT'))
    .addOption(new Option('-I, --head', 'HEAD, and print the headers'))
    .addOption(new Option('--compressed', 'ask for a compressed answer, and undo it'))
    .addOption(new Option('--max-time <seconds>', 'the same as --timeout').argParser(seconds))
    .addOption(new Option('--connect-timeout <seconds>', 'how long reaching a provider may take').argParser(seconds))
    .addOption(new Option('--retry <n>', 'how often what is safe to repeat is repeated').argParser(wholeNumber))
    .addOption(new Option('--all', 'GET the same of every scope, and print one JSON line for each'))
    .addOption(new Option('--paginate', "follow a collection's pages"))
    .optionsGroup('The answer:')
    .addOption(new Option('-o, --output <file>', 'write the body to a file'))
    .addOption(new Option('-i, --include', 'print the headers, too'))
    .addOption(new Option('-f, --fail', 'no body and exit code 22 for 4xx and 5xx').conflicts('failWithBody'))
    .addOption(new Option('--fail-with-body', 'exit code 22 for 4xx and 5xx, with the body'))
    .addOption(new Option('-w, --write-out <format>', 'print this afterwards: %{http_code}, %{fed_provider}, …'))
    .addOption(new Option('-s, --silent', 'no spinner and no warnings; errors are always said'))
    .addOption(new Option('-S, --show-error', 'accepted as in curl -sS'))
    .addOption(new Option('-v, --verbose', 'show requests and answers, secrets hidden'))
    .addOption(new Option('-F, --form <field>', 'not supported').hideHelp())
    .addHelpText(
      'after',
      `
The call goes to whoever owns what the path names, or what the body names; what names nothing goes home. --provider
and --project say it. A token is sent to the catalogs' endpoints only: other URLs are refused. The exit code is 0 for
any HTTP answer, and 22 with -f for 4xx and 5xx. Accept is application/json unless -H says otherwise.`,
    );
}

export async function run(context: CommandContext): Promise<number> {
  const { options, args } = context;
  const [target = ''] = args;
  if (options.form !== undefined) {
    throw new UsageError('Forms (-F) are not supported.', {
      hint: 'OpenStack takes JSON: -d \'{"volume": …}\' or -d @FILE.',
    });
  }
  const silent = options.silent === true;
  const terminal = silent ? context.terminal.withOptions({ quiet: true }) : context.terminal;
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

/** What the parsed options say about the request. */
export function requestOptions(options: Readonly<Record<string, unknown>>): RequestOptions {
  return {
    header: options.header as string[],
    data: (DATA_OPTIONS.map((name) => options[name]).find(Boolean) as DataOption[] | undefined) ?? [],
    head: options.head === true,
    compressed: options.compressed === true,
    ...(typeof options.request === 'string' && { request: options.request }),
    ...(typeof options.uploadFile === 'string' && { uploadFile: options.uploadFile }),
  };
}

interface CurlCall {
  readonly context: CommandContext;
  readonly session: Session;
  readonly request: CurlRequest;
}

/** One call to whoever owns what it is about, and with --paginate the pages that follow. */
async function once({ context, session, request }: CurlCall, target: string): Promise<number> {
  const { options, terminal } = context;
  const { federation, asking } = session;
  if (options.paginate === true && request.method !== 'GET') throw new UsageError('--paginate is for GET.');
  const { url, ...where } = await understood(session, target);
  const sink = sinkFor(options.output as string | undefined, terminal);
  let narrowing = where.narrowing;
  let subject: Subject | undefined = where.subject;
  let code: number = exitCodes.done;
  let failure: FedError | undefined;
  const pages = new PageFinder();
  while (subject !== undefined) {
    const began = performance.now();
    const forwarded: Forwarded = await federation.forward({
      ...asking,
      ...request,
      subject,
      narrowing,
      ...(url !== undefined && { url: withQuery(url, subject.query) }),
    });
    session.progress.stop();
    const { response, scope, how } = forwarded;
    const failed = response.status >= 400 && (options.fail === true || options.failWithBody === true);
    if (options.include === true || options.head === true) await sink.write(Buffer.from(headText(response)));
    const page = options.paginate === true && response.status === 200 ? await readBytes(response.body) : undefined;
    let received = 0;
    if (failed && options.fail === true) response.body.discard();
    else if (page !== undefined) received = await writePage(sink, page);
    else received = await pass(options.compressed === true ? decoded(response) : response.body, sink);
    if (typeof options.writeOut === 'string') {
      const { status, headers, url: called } = response;
      const seconds = (performance.now() - began) / 1000;
      const facts = { status, headers, method: request.method, url: called, received, seconds, how };
      await terminal.stdout.write(
        writeOut(options.writeOut, { ...facts, provider: scope.provider, project: scope.project.name }),
      );
    }
    if (failed) {
      terminal.stderr.write(`fed: ${scope.provider} answered ${response.status}\n`);
      code = exitCodes.httpError;
    }
    // The next page is in the same place.
    narrowing = narrowingTo(scope);
    const next: NextPage = page === undefined ? {} : pages.next(subject, forwarded, page);
    subject = next.subject;
    failure = next.failure;
  }
  await sink.close();
  if (failure !== undefined) throw failure;
  return code;
}

async function understood(session: Session, target: string) {
  const { narrowing } = session.asking;
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(target)) return { subject: subjectOf(target), narrowing, url: undefined };
  const resolved = await session.federation.resolveUrl(target, narrowing);
  return { ...resolved, url: target };
}

function withQuery(url: string, query: string): string {
  const [base = url] = url.split(/[?#]/);
  return query === '' ? base : `${base}?${query}`;
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

/** --all: one JSON line for each scope, as they answer. */
async function everywhere({ context, session, request }: CurlCall, target: string): Promise<number> {
  const { terminal, options } = context;
  if (request.method !== 'GET')
    throw new UsageError('--all is for GET: nothing else is ever sent to more than one cloud.');
  if (options.paginate === true) throw new UsageError('--all and --paginate exclude each other.');
  const unsaid: Unsaid[] = [];
  let answered = 0;
  const subject = subjectOf(target);
  const hooks = { ...session.asking, unsaid: (each: Unsaid) => unsaid.push(each) };
  const asked = { subject, headers: request.headers };
  const lacking = await session.federation.getEverywhere(asked, hooks, async (scope, response) => {
    answered += 1;
    const text = await readText(response.body);
    const { provider, project, region } = scope;
    const line = {
      provider,
      project: project.name,
      project_id: project.id,
      ...(region !== undefined && { region }),
      status: response.status,
      body: bodyOf(response.headers, text),
    };
    await terminal.stdout.write(`${JSON.stringify(line)}\n`);
  });
  session.progress.stop();
  for (const { provider, project, region, reason, cause } of unsaid) {
    const code = isFedError(cause) ? cause.code : undefined;
    await terminal.stdout.write(`${JSON.stringify({ provider, project, region, error: { code, reason } })}\n`);
  }
  if (answered === 0 && unsaid.length === 0 && lacking.length > 0) throw noSuchService(lacking, subject.service.type);
  const failure = incompleteListing(answered, unsaid);
  if (failure === undefined) return exitCodes.done;
  reportError(terminal, failure, context.globals.errorFormat);
  return exitCodeOf(failure);
}

function bodyOf(headers: Parameters<typeof headerValue>[0], text: string): unknown {
  if (!/json/i.test(headerValue(headers, 'content-type') ?? '')) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
