import { describe, expect, it } from 'vitest';
import { findCommand } from '../../src/cli/find-command.ts';
import { helpOn } from '../../src/cli/help-on.ts';
import { unknownCommand } from '../../src/cli/unknown-command.ts';

/** What is typed after `fed`. */
const words = (text: string) => text.split(' ').filter((word) => word !== '');

function found(text: string): string | undefined {
  const typed = findCommand(words(text));
  return typed && [typed.type?.name, ...typed.entry.words, '|', ...typed.rest].filter(Boolean).join(' ');
}

describe('the command that is meant', () => {
  it.each([
    ['-f json server list', 'server list | -f json'],
    ['list -f json servers', 'server list | -f json'],
    ['get -o json servers', 'server list | -o json'],
    ['-c name volume snapshot show X', 'snapshot show | -c name X'],
    ['get servers', 'server list |'],
    ['get server', 'show | server'],
    ['show servers', 'show | servers'],
    ['--provider cache cache show', 'cache | --provider cache show'],
    ['curl -f list', 'curl | -f list'],
    ['list providers -f json', 'provider list | -f json'],
  ])('of fed %s is %s', (text, expected) => expect(found(text)).toBe(expected));

  it.each(['server', 'server stop x', 'list', 'list nosuch', 'provider', '', '-v'])('of fed %s is none', (text) => {
    expect(found(text)).toBeUndefined();
  });
});

describe('help by habit', () => {
  it.each([
    ['server', 'fed server show ID'],
    ['server --help', 'fed server show ID'],
    ['volume snapshot -h', 'fed snapshot list'],
    ['server stop --help', 'fed exec -- openstack server --help'],
    ['list', 'fed list TYPE'],
    ['ls --help', 'fed list TYPE'],
    ['provider', 'provider remove'],
    ['provider nosuch --help', 'provider remove'],
    ['token', 'token issue'],
    ['project', 'fed project list'],
  ])('fed %s says %s', (text, expected) => expect(helpOn(words(text))).toContain(expected));

  it.each(['server stop x', 'bogus', 'list nosuch'])('fed %s is no cry for help', (text) => {
    expect(helpOn(words(text))).toBeUndefined();
  });
});

describe('words that are no command', () => {
  it.each([
    ['server stop vm-lab-0', 'fed exec -- openstack server stop vm-lab-0'],
    ['servers add volume vm disk', 'fed exec -- openstack server add volume vm disk'],
    ['snapshot create --volume V s', 'fed exec -- openstack volume snapshot create --volume V s'],
    ["server create it's", "fed exec -- openstack server create 'it'\\''s'"],
    ['--provider sp-a volume delete X', 'fed exec --provider sp-a -- openstack volume delete X'],
    [
      'volume create --project P --provider=sp-b X',
      'fed exec --provider=sp-b -- openstack volume create --project P X',
    ],
    ['--os-password pw server create a', 'fed exec --os-password … -- openstack server create a'],
    ['--os-password=pw server create a', 'fed exec --os-password=… -- openstack server create a'],
    ['quota show', 'fed exec -- openstack quota show'],
    ['availability zone list', 'fed exec -- openstack availability zone list'],
    ['openstack stack list', 'fed exec -- openstack stack list'],
    ['cinder list', 'fed exec -- cinder list'],
  ])('fed %s is answered with %s', (text, expected) => {
    const { hint } = unknownCommand(words(text));
    expect(hint?.replaceAll("'…'", '…')).toBe(`This does it, in any cloud: ${expected}`);
  });

  it.each([
    ['fed list sever', 'list sever', 'list server'],
    ['several words', 'floatin ip list', 'floating ip list'],
    ['the second word', 'security grop list', 'security group list'],
    ['swapped letters', 'volume snapshto list', 'volume snapshot list'],
    ['the verb', 'server lst', 'server list'],
    ['a plural', 'providers', 'provider'],
    ['joined', 'secuirty-group show X', 'security-group show …'],
  ])('a slip is found: %s', (_, text, expected) => {
    expect(unknownCommand(words(text)).hint).toBe(`Did you mean: fed ${expected}`);
  });

  it.each(['usage', 'plot', 'report', 'bogus', 'server frobnicate'])('fed %s is no slip', (text) => {
    expect(unknownCommand(words(text)).hint).not.toContain('Did you mean');
  });
});
