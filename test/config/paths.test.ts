import { describe, expect, it } from 'vitest';
import { expandPath, fedPlaces } from '../../src/config/paths.ts';

const here = { cwd: '/work', homeDirectory: '/home/ada' };

describe("fed's folders", () => {
  it('are below the XDG defaults', () => {
    expect(fedPlaces({ ...here, env: {} })).toEqual({
      configDirectory: '/home/ada/.config/fed',
      cacheDirectory: '/home/ada/.cache/fed',
      stateDirectory: '/home/ada/.local/state/fed',
    });
  });

  it('follow the XDG variables, but not relative or empty ones', () => {
    const env = { XDG_CONFIG_HOME: '/etc/ada', XDG_CACHE_HOME: 'cache', XDG_STATE_HOME: '' };
    expect(fedPlaces({ ...here, env })).toEqual({
      configDirectory: '/etc/ada/fed',
      cacheDirectory: '/home/ada/.cache/fed',
      stateDirectory: '/home/ada/.local/state/fed',
    });
  });

  it('are what FED_CONFIG_DIR, FED_CACHE_DIR and FED_STATE_DIR say, from ~ or the working folder', () => {
    const env = { XDG_CONFIG_HOME: '/x', FED_CONFIG_DIR: '/srv/fed', FED_CACHE_DIR: '~/c', FED_STATE_DIR: './s' };
    expect(fedPlaces({ ...here, env })).toEqual({
      configDirectory: '/srv/fed',
      cacheDirectory: '/home/ada/c',
      stateDirectory: '/work/s',
    });
  });
});

describe('a path as a person writes it', () => {
  it.each([
    ['~', '/home/ada'],
    ['~/ca.pem', '/home/ada/ca.pem'],
    ['~bob/ca.pem', '/work/~bob/ca.pem'],
    ['ca.pem', '/work/ca.pem'],
    ['../ca.pem', '/ca.pem'],
    ['/etc/ca.pem', '/etc/ca.pem'],
  ])('%s is %s', (written, path) => {
    expect(expandPath(written, here)).toBe(path);
  });
});
