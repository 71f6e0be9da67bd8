import { readFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { composeForMany } from '../../compose.ts';
import { UsageError } from '../../errors.ts';
import { type Place, placeOf } from '../../proxy/creation.ts';
import { Metrics } from '../../proxy/metrics.ts';
import { type ProxyOptions, startProxy } from '../../proxy/server.ts';
import type { CommandContext } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { lineWriter } from '../line-writer.ts';
import { seconds, wholeNumber } from '../option-parsers.ts';
import { openMemory } from '../proxy-memory.ts';
import { narrowingOf } from '../session.ts';
import { surroundingsOf } from '../surroundings.ts';

const DEFAULT_PORT = 8780;

export function configure(command: Command): void {
  command
    .optionsGroup('The server:')
    .addOption(new Option('--listen <address>', 'HOST:PORT, HOST or PORT').default(`127.0.0.1:${DEFAULT_PORT}`))
    .addOption(new Option('--tls-cert <file>', 'serve HTTPS with this certificate (PEM, with its chain)'))
    .addOption(new Option('--tls-key <file>', "the certificate's key"))
    .addOption(new Option('--public-url <url>', 'how clients reach it, where that is not what their Host header says'))
    .addOption(
      new Option('--max-requests <n>', 'requests at once; more are refused').argParser(wholeNumber).default(1000),
    )
    .addOption(
      new Option('--max-connections <n>', 'connections at once; for one more, the one that waits longest is closed')
        .argParser(wholeNumber)
        .default(10_000),
    )
    .addOption(new Option('--max-body <bytes>', 'the largest body of a request').argParser(wholeNumber))
    .addOption(
      new Option('--grace <seconds>', 'how long requests may go on when it is told to stop')
        .argParser(seconds)
        .default(30_000, '30'),
    )
    .addOption(new Option('--no-access-log', 'no line of JSON on standard output for each request'))
    .optionsGroup('The federation:')
    .addOption(
      new Option('--token-check <seconds>', "how long home's word on a token counts")
        .argParser(seconds)
        .default(60_000, '60'),
    )
    .addOption(new Option('--strict', 'a listing that lacks a provider is an error (502)'))
    .addOption(new Option('--name-routing', 'create NAME@PROVIDER as NAME at that provider'))
    .addOption(
      new Option('--default-provider <place>', 'PROVIDER[/PROJECT] for what says nothing of where; default: home'),
    )
    .addOption(new Option('--page-size <n>', 'items of a page where a client says nothing').argParser(wholeNumber))
    .addOption(new Option('--memory <url>', 'share what is learnt: memcached://HOST:PORT[,…], redis://… or valkey://…'))
    .addOption(new Option('--memory-key-file <file>', 'the keys that seal it, one a line (or FED_MEMORY_KEY)'))
    .addHelpText(
      'after',
      `
Clients set OS_AUTH_URL to http://HOST:PORT/identity/v3 and change nothing else. The proxy needs to know where home is
(OS_AUTH_URL, OS_CACERT, or an entry of clouds.yaml), and no credentials: each request is made as the user whose token
it carries. See docs/proxy.md.`,
    );
}

export async function run(context: CommandContext): Promise<number> {
  const { options, globals, terminal } = context;
  const metrics = new Metrics();
  const warn = (message: string) => terminal.warn(message);
  const memory = await openMemory(options, terminal.env, warn);
  const composition = await composeForMany(
    {
      ...surroundingsOf(terminal),
      options: { ...globals.account, ...(globals.insecure && { insecure: true }) },
      narrowing: narrowingOf(globals),
      warn,
      observe: (event) => metrics.observe(event),
    },
    memory,
  );
  const { stdout } = terminal;
  const log = lineWriter((lines) => void stdout.write(lines));
  const stop = new Promise<NodeJS.Signals>((resolve) => context.takeSignals(resolve));
  const proxy = await startProxy({
    composition,
    ...addressOf(String(options.listen)),
    tls: tlsOf(options),
    prefix: '',
    publicUrl: publicUrlOf(options.publicUrl),
    tokenCheckMs: options.tokenCheck as number,
    strict: options.strict === true,
    nameRouting: options.nameRouting === true,
    defaultPlace: defaultPlaceOf(options.defaultProvider),
    pageSize: options.pageSize as number | undefined,
    maxRequests: options.maxRequests as number,
    maxConnections: options.maxConnections as number,
    maxBodyBytes: options.maxBody as number | undefined,
    metrics,
    ...(options.accessLog !== false && {
      log: (entry) => log.add(JSON.stringify(entry)),
    }),
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.syscall !== 'listen') throw error;
    const why = error.code === 'EADDRINUSE' ? 'another program listens there' : error.code;
    throw new UsageError(`${String(options.listen)} cannot be listened on: ${why}.`, { cause: error });
  });
  if (!terminal.quiet) {
    terminal.stderr.write(`The federation of ${composition.home.account.authUrl} is at ${proxy.url}\n`);
    terminal.stderr.write(`Clients: export OS_AUTH_URL=${proxy.url}/identity/v3\n`);
  }
  await stop;
  // Who asks twice means it.
  context.takeSignals(() => process.exit(exitCodes.interrupted));
  await proxy.close(options.grace as number);
  log.flush();
  await composition.close();
  await memory.close();
  return exitCodes.done;
}

function addressOf(text: string): Pick<ProxyOptions, 'host' | 'port'> {
  const [, host, port] = /^(?:(\[[0-9a-f:.]+\]|[^:[\]]+)(?::(\d+))?)$/i.exec(text) ?? [];
  if (host === undefined)
    throw new UsageError(`--listen ${text} is no HOST:PORT.`, { hint: 'For example 127.0.0.1:8780 or [::1]:8780.' });
  if (port === undefined && /^\d+$/.test(host)) return { host: '127.0.0.1', port: Number(host) };
  return { host: host.replace(/^\[|\]$/g, ''), port: port === undefined ? DEFAULT_PORT : Number(port) };
}

function tlsOf(options: CommandContext['options']): ProxyOptions['tls'] {
  const { tlsCert, tlsKey } = options;
  if (tlsCert === undefined && tlsKey === undefined) return undefined;
  if (typeof tlsCert !== 'string' || typeof tlsKey !== 'string') {
    throw new UsageError('--tls-cert and --tls-key are needed together.');
  }
  return { cert: contentOf(tlsCert, '--tls-cert'), key: contentOf(tlsKey, '--tls-key') };
}

/** What cannot be read may be no path but a key, and is not shown. */
function contentOf(file: string, option: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new UsageError(`The file that ${option} names cannot be read (${code}).`, { hint: 'It is a path.' });
  }
}

function publicUrlOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  if (!/^https?:\/\/[^/]/.test(value) || !URL.canParse(value)) {
    throw new UsageError('--public-url is no http: or https: URL.');
  }
  return value.replace(/\/+$/, '');
}

function defaultPlaceOf(value: unknown): Place | undefined {
  if (typeof value !== 'string') return undefined;
  const place = placeOf(value);
  if (place === undefined) throw new UsageError(`--default-provider ${value} is no PROVIDER[/PROJECT].`);
  return place;
}
