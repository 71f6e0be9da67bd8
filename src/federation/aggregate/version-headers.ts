import type { HeaderPairs } from '../../ports/http.ts';

/** Lines that say in which version of its API a service answered, and which of the request's lines that depends on. */
const LINES = /^(openstack-api-version|x-openstack-[a-z-]+-api-version|vary)$/i;

export function versionHeadersIn(headers: HeaderPairs): HeaderPairs {
  return headers.filter(([name]) => LINES.test(name));
}

/**
 * The lines of an answer that is made of several: those of the lowest version, as all of its items have what that
 * promises. Of equals, and where none says a version, the first in the federation's order.
 */
export function commonVersionHeaders(answers: readonly HeaderPairs[]): HeaderPairs {
  const [lowest = []] = answers.filter((lines) => lines.length > 0).sort((a, b) => compare(versionIn(a), versionIn(b)));
  return lowest;
}

type Version = readonly [major: number, minor: number];

const UNKNOWN: Version = [Number.POSITIVE_INFINITY, 0];

function versionIn(lines: HeaderPairs): Version {
  const [, value = ''] = lines.find(([name]) => /-api-version$/i.test(name)) ?? [];
  const [, major, minor] = /(?:^|\s)(\d+)\.(\d+)$/.exec(value) ?? [];
  return major === undefined ? UNKNOWN : [Number(major), Number(minor)];
}

function compare([majorA, minorA]: Version, [majorB, minorB]: Version): number {
  return majorA === majorB ? minorA - minorB : majorA < majorB ? -1 : 1;
}
