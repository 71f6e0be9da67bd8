import { accountOptions } from '../config/account-options.ts';

/** Options that every command has, parsed. */
export interface GlobalOptions {
  /** `--os-*` options by their key in clouds.yaml. */
  readonly account: Readonly<Record<string, string>>;
  readonly providers: readonly string[];
  readonly projects: readonly string[];
  readonly regions: readonly string[];
  readonly insecure: boolean;
  /** Milliseconds for the whole command; 0 for as long as it takes. Absent: as the settings say. */
  readonly timeoutMs?: number;
  readonly trace?: string;
  readonly verbose: boolean;
  readonly debug: boolean;
  readonly quiet: boolean;
  /** Absent: as the settings say. */
  readonly color?: 'auto' | 'always' | 'never';
  readonly errorFormat: 'text' | 'json';
}

/** An option that every command has, as the table below declares it: as data, so that help need not load a parser. */
export interface GlobalOption {
  readonly flags: string;
  readonly description: string;
  readonly group: 'Which clouds' | 'Who you are' | 'Diagnosis';
  /** What follows it: one of some words, names, a number of seconds, a text, or a text each time; undefined: nothing. */
  readonly value?: 'names' | 'repeatable' | 'seconds' | 'text' | readonly string[];
}

export const globalOptions: readonly GlobalOption[] = [
  {
    flags: '--provider <name>',
    description: 'only this provider (repeatable, or NAME,NAME)',
    group: 'Which clouds',
    value: 'names',
  },
  {
    flags: '--project <id-or-name>',
    description: 'only this project of the providers (repeatable)',
    group: 'Which clouds',
    value: 'repeatable',
  },
  {
    flags: '--region <name>',
    description: 'only this region, in whichever provider has it (repeatable)',
    group: 'Which clouds',
    value: 'repeatable',
  },
  {
    flags: '--insecure',
    description: 'do not verify TLS certificates',
    group: 'Who you are',
  },
  {
    flags: '--timeout <seconds>',
    description: 'give up on the whole command after this time; 0 for never',
    group: 'Diagnosis',
    value: 'seconds',
  },
  {
    flags: '-v, --verbose',
    description: 'show each request as a curl command, secrets hidden, with times',
    group: 'Diagnosis',
  },
  {
    flags: '--debug',
    description: 'like --verbose, with the headers of requests and answers',
    group: 'Diagnosis',
  },
  {
    flags: '--trace <file>',
    description: 'append one JSON line per request to a file',
    group: 'Diagnosis',
    value: 'text',
  },
  {
    flags: '-q, --quiet',
    description: 'no spinner and no warnings',
    group: 'Diagnosis',
  },
  {
    flags: '--color <when>',
    description: 'colour the output',
    group: 'Diagnosis',
    value: ['auto', 'always', 'never'],
  },
  {
    flags: '--error-format <format>',
    description: 'how errors are printed on stderr; text by default',
    group: 'Diagnosis',
    value: ['text', 'json'],
  },
];

/** Options of commands that people put before the command, as kubectl's users do, and that are followed by a value. */
const EARLY_OPTIONS = [
  '-f',
  '--format',
  '-c',
  '--column',
  '--max-width',
  '--sort-column',
  '--name',
  '--limit',
  '-o',
  '--output',
];

const withValue: ReadonlySet<string> = new Set(
  [
    ...EARLY_OPTIONS,
    ...globalOptions.filter(({ value }) => value !== undefined).map(({ flags }) => flags.split(/[ ,]/)[0]),
    ...accountOptions.map(({ flag }) => flag),
  ].filter((flag) => flag !== undefined),
);

/** Whether an option that may stand before the command is followed by its value. `_` may stand for `-`, as openstacksdk has it. */
export function takesValue(option: string): boolean {
  return withValue.has(option.replaceAll('_', '-'));
}

/** commander's values of these options, in our terms. */
export function readGlobals(values: Readonly<Record<string, unknown>>): GlobalOptions {
  const account: Record<string, string> = {};
  for (const { flag, key } of accountOptions) {
    const value = values[camelCase(flag)];
    if (typeof value === 'string') account[key] = value;
  }
  return {
    account,
    providers: values.provider as string[],
    projects: values.project as string[],
    regions: values.region as string[],
    insecure: values.insecure === true,
    verbose: values.verbose === true || values.debug === true,
    debug: values.debug === true,
    quiet: values.quiet === true,
    errorFormat: values.errorFormat === 'json' ? 'json' : 'text',
    ...(values.color !== undefined && { color: values.color as NonNullable<GlobalOptions['color']> }),
    ...(typeof values.timeout === 'number' && { timeoutMs: values.timeout }),
    ...(typeof values.trace === 'string' && { trace: values.trace }),
  };
}

function camelCase(flag: string): string {
  return flag.slice(2).replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
