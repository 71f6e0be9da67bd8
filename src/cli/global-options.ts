import { Option } from 'commander';
import { type AccountOption, accountOptions } from '../config/account-options.ts';
import { repeated, seconds } from './option-parsers.ts';

/** Options that every command has, parsed. */
export interface GlobalOptions {
  /** `--os-*` options by their key in clouds.yaml. */
  readonly account: Readonly<Record<string, string>>;
  readonly providers: readonly string[];
  readonly projects: readonly string[];
  readonly insecure: boolean;
  /** Milliseconds for the whole command. */
  readonly timeoutMs?: number;
  readonly trace?: string;
  readonly verbose: boolean;
  readonly debug: boolean;
  readonly quiet: boolean;
  /** Absent: as the settings say. */
  readonly color?: 'auto' | 'always' | 'never';
  readonly errorFormat: 'text' | 'json';
}

interface OptionSpec {
  readonly flags: string;
  readonly description: string;
  readonly group: 'Which clouds' | 'Who you are' | 'Diagnosis';
  readonly shape?: (option: Option) => Option;
  readonly takesValue: boolean;
}

const own: readonly OptionSpec[] = [
  {
    flags: '--provider <name>',
    description: 'only this provider (repeatable)',
    group: 'Which clouds',
    shape: (option) => option.argParser(repeated).default([], 'all'),
    takesValue: true,
  },
  {
    flags: '--project <id-or-name>',
    description: 'only this project of the providers (repeatable)',
    group: 'Which clouds',
    shape: (option) => option.argParser(repeated).default([], 'all'),
    takesValue: true,
  },
  {
    flags: '--insecure',
    description: 'do not verify TLS certificates',
    group: 'Who you are',
    takesValue: false,
  },
  {
    flags: '--timeout <seconds>',
    description: 'give up on the whole command after this time',
    group: 'Diagnosis',
    shape: (option) => option.argParser(seconds),
    takesValue: true,
  },
  {
    flags: '-v, --verbose',
    description: 'show each request as a curl command, secrets hidden, with times',
    group: 'Diagnosis',
    takesValue: false,
  },
  {
    flags: '--debug',
    description: 'like --verbose, with the headers of requests and answers',
    group: 'Diagnosis',
    takesValue: false,
  },
  {
    flags: '--trace <file>',
    description: 'append one JSON line per request to a file',
    group: 'Diagnosis',
    takesValue: true,
  },
  {
    flags: '-q, --quiet',
    description: 'no spinner and no warnings',
    group: 'Diagnosis',
    takesValue: false,
  },
  {
    flags: '--color <when>',
    description: 'colour the output',
    group: 'Diagnosis',
    shape: (option) => option.choices(['auto', 'always', 'never']),
    takesValue: true,
  },
  {
    flags: '--error-format <format>',
    description: 'how errors are printed on stderr',
    group: 'Diagnosis',
    shape: (option) => option.choices(['text', 'json']).default('text'),
    takesValue: true,
  },
];

function flagsOf({ flag }: AccountOption): string {
  return `${flag} <value>`;
}

/** All options that every command has, as commander takes them. */
export function globalOptions(): Option[] {
  const ours = own.map(({ flags, description, group, shape }) => {
    const option = new Option(flags, description).helpGroup(`${group}:`);
    return shape === undefined ? option : shape(option);
  });
  const account = accountOptions.map((each) =>
    new Option(flagsOf(each), `${each.description} (${each.env})`).helpGroup('Who you are:'),
  );
  return [...ours, ...account];
}

const withValue: ReadonlySet<string> = new Set(
  [
    ...own.filter(({ takesValue }) => takesValue).map(({ flags }) => flags.split(/[ ,]/)[0]),
    ...accountOptions.map(({ flag }) => flag),
  ].filter((flag) => flag !== undefined),
);

/** Whether a global option is followed by its value. `_` may stand for `-`, as openstacksdk has it. */
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
    insecure: values.insecure === true,
    verbose: values.verbose === true || values.debug === true,
    debug: values.debug === true,
    quiet: values.quiet === true,
    errorFormat: values.errorFormat as GlobalOptions['errorFormat'],
    ...(values.color !== undefined && { color: values.color as NonNullable<GlobalOptions['color']> }),
    ...(typeof values.timeout === 'number' && { timeoutMs: values.timeout }),
    ...(typeof values.trace === 'string' && { trace: values.trace }),
  };
}

function camelCase(flag: string): string {
  return flag.slice(2).replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
