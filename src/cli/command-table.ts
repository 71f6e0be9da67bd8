import type { CommandEntry } from './command.ts';

/** Commands that are the same for every resource type: `fed server list`, `fed list servers`, `fed volume show ID`. */
export const typeCommands: Readonly<Record<string, CommandEntry>> = {
  list: {
    words: ['list'],
    summary: "list a type's resources over all clouds: fed list servers",
    group: 'Resources',
    load: () => import('./commands/list.ts'),
  },
  show: {
    words: ['show'],
    summary: 'show one resource, wherever it is: fed show ID, fed volume show ID',
    group: 'Resources',
    load: () => import('./commands/show.ts'),
  },
};

/** All other commands. Help, completion and parsing read this one table. */
export const commands: readonly CommandEntry[] = [
  {
    words: ['locate'],
    summary: 'say which provider and project own resources: fed locate ID…',
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
    summary: 'show every provider and its state',
    group: 'The federation',
    load: () => import('./commands/provider-list.ts'),
  },
  {
    words: ['provider', 'add'],
    summary: 'make an entry of clouds.yaml a provider: fed provider add NAME --cloud ENTRY',
    group: 'The federation',
    load: () => import('./commands/provider-add.ts'),
  },
  {
    words: ['provider', 'remove'],
    summary: 'undo that: fed provider remove NAME',
    group: 'The federation',
    load: () => import('./commands/provider-remove.ts'),
  },
  {
    words: ['project', 'list'],
    summary: 'show every scope: the projects you have at each provider',
    group: 'The federation',
    load: () => import('./commands/project-list.ts'),
  },
  {
    words: ['catalog', 'list'],
    summary: 'show the services and endpoints of each provider',
    group: 'The federation',
    load: () => import('./commands/catalog-list.ts'),
  },
  {
    words: ['token', 'issue'],
    summary: 'print a token for a scope (default: home)',
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
    group: 'Programs',
    load: () => import('./commands/proxy.ts'),
  },
  {
    words: ['cache'],
    summary: 'show, forget or clear what is remembered: fed cache show|forget|clear|where',
    group: 'fed itself',
    load: () => import('./commands/cache.ts'),
  },
  {
    words: ['config'],
    summary: "show and change fed's settings: fed config list|get|set|unset|path",
    group: 'fed itself',
    load: () => import('./commands/config.ts'),
  },
  {
    words: ['sandbox'],
    summary: 'run a whole federation on this machine, to try fed without any cloud',
    group: 'fed itself',
    load: () => import('./commands/sandbox.ts'),
  },
];
