import { describe, expect, it } from 'vitest';
import { homeOnlyNotice } from '../../src/cli/exec-home-only.ts';

describe('what fed exec says of programs whose answer is of home alone', () => {
  it.each([
    ['openstack', 'limits', 'show', '--absolute'],
    ['/usr/bin/openstack', '--os-region-name', 'One', 'quota', 'show'],
    ['openstack', '-f', 'json', 'usage', 'show'],
    ['openstack', 'container', 'list'],
  ])('names the words: %s %s %s %s', (...program) => {
    expect(homeOnlyNotice(program)).toMatch(/^openstack (\w+ ){2}shows home alone, not all clouds\./);
  });

  it.each([
    ['openstack', 'server', 'list'],
    ['openstack', 'server', 'show', 'limits'],
    ['terraform', 'quota', 'show'],
    ['openstack'],
  ])('is nothing for %s %s', (...program) => {
    expect(homeOnlyNotice(program)).toBeUndefined();
  });
});
