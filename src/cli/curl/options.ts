import { type Command, Option } from 'commander';
import { UsageError } from '../../errors.ts';
import { deadline, seconds, wholeNumber } from '../option-parsers.ts';
import type { DataOption, RequestOptions } from './request.ts';

/** The options that send data: as in curl their order counts, whichever they are, so they fill one list. */
const DATA_OPTIONS = ['data', 'dataRaw', 'dataBinary', 'json'];

/** Declare what curl has, under curl's letters. */
export function addCurlOptions(command: Command): void {
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
    .addOption(new Option('-G, --get', 'put what -d says into the query, and GET').conflicts(['head', 'uploadFile']))
    .addOption(new Option('-m, --max-time <seconds>', 'the same as --timeout').argParser(deadline))
    .addOption(new Option('--connect-timeout <seconds>', 'how long reaching a provider may take').argParser(seconds))
    .addOption(new Option('--retry <n>', 'how often what is safe to repeat is repeated').argParser(wholeNumber))
    .addOption(new Option('-k, --insecure', 'do not verify TLS certificates'))
    .addOption(
      new Option('-L, --location', 'accepted; redirects are never followed, as a token stays where it is good'),
    )
    .addOption(new Option('--all', 'GET the same of every scope, and print one JSON line for each'))
    .addOption(new Option('--paginate', "follow a collection's pages"))
    .optionsGroup('The answer:')
    .addOption(new Option('-o, --output <file>', 'write the body to a file'))
    .addOption(new Option('-O, --remote-name', "the same, named as the path's end is").conflicts('output'))
    .addOption(new Option('-i, --include', 'print the headers, too'))
    .addOption(new Option('-f, --fail', 'no body and exit code 22 for 4xx and 5xx').conflicts('failWithBody'))
    .addOption(new Option('--fail-with-body', 'exit code 22 for 4xx and 5xx, with the body'))
    .addOption(
      new Option(
        '-w, --write-out <format>',
        'print this at the end, whatever it is: %{http_code} (000: no answer), %{fed_provider}, …',
      ),
    )
    .addOption(new Option('-s, --silent', 'no spinner and no warnings; errors are always said'))
    .addOption(new Option('-S, --show-error', 'accepted as in curl -sS'))
    .addOption(new Option('-v, --verbose', 'show requests and answers, secrets hidden'))
    .addHelpText(
      'after',
      `
The call goes to the owner of what the path names, or of what the body names; what names nothing goes home. --provider
and --project say it. A token is sent to the catalogs' endpoints only: other URLs are refused. Accept is
application/json unless -H says otherwise.

The exit code is 0 for any HTTP answer (22 with -f for 4xx and 5xx), also for the 404 of an id that no cloud has: then
home's answer is given, or that of the first cloud that was asked. Without an answer it is not 0: 7 when a cloud that
may have it could not be asked (fed help exit-codes).

Examples:
  fed curl volume/volumes/ID
  fed curl -X POST -d '{"reboot": {"type": "SOFT"}}' compute/servers/ID/action
  until [ "$(fed curl -s -o /dev/null -w '%{http_code}' volume/volumes/ID)" = 404 ]; do sleep 2; done`,
    );
  for (const { flags } of UNSUPPORTED) command.addOption(new Option(flags).hideHelp());
}

/** What curl has and fed has not, with what to do in its place. */
const UNSUPPORTED: ReadonlyArray<{ readonly flags: string; readonly name: string; readonly instead: string }> = [
  { flags: '-F, --form <field>', name: 'form', instead: 'OpenStack takes JSON: -d \'{"volume": …}\' or -d @FILE.' },
  {
    flags: '-u, --user <user>',
    name: 'user',
    instead: 'fed authenticates by itself, as clouds.yaml or OS_* variables say.',
  },
  { flags: '-b, --cookie <data>', name: 'cookie', instead: 'OpenStack takes a token, and fed sends it.' },
  {
    flags: '-x, --proxy <url>',
    name: 'proxy',
    instead: 'The variables https_proxy and no_proxy say which proxy is used.',
  },
  { flags: '-V, --version', name: 'version', instead: 'fed --version prints the version.' },
];

/** @throws UsageError for an option of curl's that fed has not */
export function refuseUnsupported(options: Readonly<Record<string, unknown>>): void {
  const found = UNSUPPORTED.find(({ name }) => options[name] !== undefined);
  if (found !== undefined)
    throw new UsageError(`fed curl has no ${found.flags.split(' <')[0]}.`, { hint: found.instead });
}

/** What the parsed options say about the request. */
export function requestOptions(options: Readonly<Record<string, unknown>>): RequestOptions {
  return {
    header: options.header as string[],
    data: (DATA_OPTIONS.map((name) => options[name]).find(Boolean) as DataOption[] | undefined) ?? [],
    head: options.head === true,
    get: options.get === true,
    compressed: options.compressed === true,
    ...(typeof options.request === 'string' && { request: options.request }),
    ...(typeof options.uploadFile === 'string' && { uploadFile: options.uploadFile }),
  };
}
