import type { ResourceType } from '../services/types.ts';
import type { CommandEntry } from './command.ts';

const said = ({ name }: ResourceType) => name.replaceAll('-', ' ');

/** Commands that are the same for every resource type: `fed server list`, `fed list servers`, `fed volume show ID`. */
export const typeCommands: Readonly<Record<string, CommandEntry>> = {
  list: {
    words: ['list'],
    summary: "list a type's resources over all clouds: fed list servers",
    describe: (type) => type && `list ${type.plural.replaceAll('-', ' ')} over all clouds`,
    examples: (type) =>
      type === undefined ? [] : [`fed ${said(type)} list --long`, `fed ${said(type)} list --provider sp-a -f json`],
    group: 'Resources',
    load: () => import('./commands/list.ts'),
  },
  show: {
    words: ['show'],
    summary: 'show one resource, wherever it is: fed show ID, fed volume show ID',
    describe: (type) => type && `show one ${said(type)}, wherever it is`,
    examples: (type) =>
      type === undefined
        ? ['fed show ID', 'fed show ID -f json']
        : [`fed ${said(type)} show ID`, `fed ${said(type)} show NAME -f json`],
    group: 'Resources',
    load: () => import('./commands/show.ts'),
  },
};

/** All other commands. Help and parsing read this one table. */
export const commands: readonly CommandEntry[] = [
  {
    words: ['locate'],
    summary: 'say which provider and project own resources: fed locate ID…',
    examples: () => ['fed locate ID', 'fed locate --type server NAME'],
    group: 'Resources',
    load: () => import('./commands/locate.ts'),
  },
  {
    words: ['curl'],
    summary: 'make a raw API call, routed to the owner: fed curl volume/volumes/ID',
    group: 'Raw calls',
    load: () => import('./commands/curl.ts'),
  },
  {
    words: ['provider', 'list'],
    summary: 'ask every provider for its state',
    examples: () => ['fed provider list', 'fed provider list -f json', 'fed provider list --cached'],
    group: 'The federation',
    load: () => import('./commands/provider-list.ts'),
  },
  {
    words: ['provider', 'add'],
    summary: 'make an entry of clouds.yaml a provider: fed provider add NAME --cloud ENTRY',
    examples: () => ['fed provider add lab --cloud my-lab-entry'],
    group: 'The federation',
    load: () => import('./commands/provider-add.ts'),
  },
  {
    words: ['provider', 'remove'],
    summary: 'undo that: fed provider remove NAME',
    describe: () => 'take away a provider that was added with fed provider add',
    examples: () => ['fed provider remove lab'],
    group: 'The federation',
    load: () => import('./commands/provider-remove.ts'),
  },
  {
    words: ['project', 'list'],
    summary: 'show every scope: the projects you have at each provider',
    examples: () => ['fed project list', 'fed project list --provider sp-a -f value -c id'],
    group: 'The federation',
    load: () => import('./commands/project-list.ts'),
  },
  {
    words: ['catalog', 'list'],
    summary: 'show the services and endpoints of each provider',
    examples: () => ['fed catalog list', 'fed catalog list --provider sp-a -f json'],
    group: 'The federation',
    load: () => import('./commands/catalog-list.ts'),
  },
  {
    words: ['token', 'issue'],
    summary: 'print a token for a scope (default: home)',
    examples: () => ['fed token issue --provider sp-a --project research-one -f value -c id'],
    group: 'The federation',
    load: () => import('./commands/token-issue.ts'),
  },
  {
    words: ['exec'],
    summary: 'run a program that sees all clouds as one: fed exec -- openstack server list',
    group: 'Programs',
    load: () => import('./commands/exec.ts'),
  },
  {
    words: ['proxy'],
    summary: 'serve the federation to programs that know one cloud only',
    examples: () => ['fed proxy --listen 127.0.0.1:8780'],
    group: 'Programs',
    load: () => import('./commands/proxy.ts'),
  },
  {
    words: ['cache'],
    summary: 'show, forget or clear what is remembered: fed cache show|forget|clear|where',
    examples: () => ['fed cache show', 'fed cache forget ID', 'fed cache where'],
    helpAlone: true,
    group: 'fed itself',
    load: () => import('./commands/cache.ts'),
  },
  {
    words: ['config'],
    summary: "show and change fed's settings: fed config list|get|set|unset|path",
    examples: () => ['fed config list', 'fed config set format json'],
    group: 'fed itself',
    load: () => import('./commands/config.ts'),
  },
  {
    words: ['sandbox'],
    summary: 'run a whole federation on this machine, to try fed without any cloud',
    examples: () => ['fed sandbox', 'fed sandbox --providers 5 --servers 100'],
    group: 'fed itself',
    load: () => import('./commands/sandbox.ts'),
  },
];
