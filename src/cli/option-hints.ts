import type { CommanderError, Option } from 'commander';
import { UsageError } from '../errors.ts';
import type { Typed } from './find-command.ts';
import { nearest } from './spelling.ts';

/** commander's complaint in our words, with the option that was probably meant. */
export function usageErrorOf(
  error: CommanderError,
  name: string,
  options: readonly Option[],
  { entry }: Typed,
): UsageError {
  // Without the value of an option that is not known: it may be a password, and its name a slip.
  const message = error.message
    .replace(/^error: /, '')
    .replaceAll("'", '"')
    .replace(/^(unknown option "-[^"=]*)=.*"/s, '$1"');
  const said = `${message.charAt(0).toUpperCase()}${message.slice(1)}`.replace(/(?<!\.)$/, '.');
  const [, unknown] = error.code === 'commander.unknownOption' ? (/"(-[^"=]*)/.exec(message) ?? []) : [];
  const known = options.flatMap(({ long }) => long ?? []);
  const hint = unknown === undefined ? undefined : hintFor(unknown, known, entry.words[0] ?? '');
  if (error.code === 'commander.excessArguments' && entry.words[0] === 'show') {
    return new UsageError(`fed ${name} takes one id or name.`, {
      hint: 'A name with spaces in it needs quotes; several are shown one by one.',
    });
  }
  return new UsageError(said, { hint: hint ?? `fed ${name} --help shows how it is used.` });
}

function hintFor(option: string, known: readonly string[], command: string): string | undefined {
  const habit = known.includes('--format')
    ? (HABITS[option] ?? (command === 'list' ? LIST_HABITS[option] : undefined))
    : undefined;
  if (habit !== undefined) return habit;
  const [near] = nearest(option, known);
  if (near !== undefined) return `Did you mean ${near}?`;
  return command === 'list' ? `${FILTERS} fed exec -- openstack … knows all options of openstack's.` : undefined;
}

const FILTERS = "Any filter of the service's API can be given with --query KEY=VALUE.";
const FORMAT = 'The format is said with -f: table, json, yaml, csv, value, ndjson.';
const ALL = 'For all projects of each cloud, where you may see them: --query all_tenants=1';

/** What people type who come from other tools, where there is an output. */
const HABITS: Readonly<Record<string, string>> = {
  '-o': `${FORMAT} (-o is kubectl's; more columns: --long)`,
  '--output': FORMAT,
  '--json': 'JSON: -f json',
  '--yaml': 'YAML: -f yaml',
  '--csv': 'CSV: -f csv',
  '--fields': 'Columns: -c NAME, once for each.',
  '--columns': 'Columns: -c NAME, once for each.',
  '--fit-width': 'A table fits the terminal as it is; --max-width COLUMNS says how wide it may be.',
};

/** The same for listings. */
const LIST_HABITS: Readonly<Record<string, string>> = {
  '-l': 'More columns: --long',
  '-A': ALL,
  '--all-projects': ALL,
  '--all': ALL,
  '--sort': 'Sort by a column: --sort-column NAME, with --sort-descending',
  '--sort-by': 'Sort by a column: --sort-column NAME, with --sort-descending',
  '--filter': `${FILTERS} Also: --name, --status, --provider, --project`,
  '--marker': 'fed reads all pages; --limit N gives the first N.',
  '--no-name-lookup': 'fed shows ids as they are: leave it out.',
  '--watch': 'To see it again and again: watch fed …',
  '-w': 'To see it again and again: watch fed …',
  '--server': '--query device_id=ID for ports; --query server_id=ID elsewhere',
  '--router': '--query device_id=ID',
  '--network': '--query network_id=ID',
  '--external': '--query router:external=True',
  '--public': '--query visibility=public',
  '--private': '--query visibility=private',
  '--shared': '--query shared=True (networks), --query visibility=shared (images)',
  '--tag': '--query tag=TAG for images, --query tags=TAG elsewhere',
  '--ip': '--query ip=REGULAR-EXPRESSION',
  '--fixed-ip': '--query fixed_ips=ip_address=ADDRESS',
  '--mac-address': '--query mac_address=ADDRESS',
  '--device-owner': '--query device_owner=OWNER',
  '--flavor': '--query flavor=ID',
  '--image': '--query image=ID',
  '--host': '--query host=NAME',
  '--user': '--query user_id=ID',
  '--tags': '--query tags=TAG,TAG',
  '--property': '--query KEY=VALUE',
};
