import { bytesOf, joined, separated } from '../bytes.ts';
import { linksKeyOf } from '../pages.ts';
import { CURSOR, writeCursor } from './cursor.ts';
import { type Parameters, written } from './query.ts';
import type { AggregateRequest } from './request.ts';
import type { Taken, Walk } from './walk.ts';

/**
 * The page as the service itself would give it: its keys, its style of links. What else the first scope's answer had
 * at its top is kept.
 *
 * @param count of all items, if a service gave one
 * @returns JSON
 */
export function bodyOf(walk: Walk, taken: Taken, count: number | undefined): Uint8Array {
  const { type, shape } = walk;
  const around = JSON.stringify({ ...aroundItems(walk, taken), ...(count !== undefined && { count }) });
  const end = around === '{}' ? ']}' : `],${around.slice(1)}`;
  return joined([bytesOf(`{${JSON.stringify(type.listKey)}:[`), separated(shape.shown(taken.entries)), bytesOf(end)]);
}

function aroundItems(walk: Walk, { entries, more, place, sources }: Taken): Record<string, unknown> {
  const { type, query, turnout } = walk;
  const linksKey = linksKeyOf(type);
  const first = sources.find((source) => source.first !== undefined)?.first ?? {};
  const { [linksKey]: _links, links: _keystoneLinks, next: _next, first: _first, ...rest } = first;
  const marker = entries.at(-1)?.id;
  let next: string | undefined;
  if (more && marker !== undefined) {
    const cursor = writeCursor({ marker, ...place, missing: turnout.missed });
    next = linkTo(walk, [
      ...query.linked,
      ['marker', marker],
      ...(cursor === undefined ? [] : [[CURSOR, cursor] as const]),
    ]);
  }
  switch (type.paging) {
    case 'links':
      return { ...rest, ...(next !== undefined && { [linksKey]: [{ rel: 'next', href: next }] }) };
    case 'next':
      return { ...rest, first: linkTo(walk, query.linked), ...(next !== undefined && { next }) };
    case 'keystone':
      return { ...rest, links: { next: next ?? null, self: linkTo(walk, query.linked), previous: null } };
    case 'none':
      return rest;
  }
}

function linkTo({ request, type }: Walk, parameters: Parameters): string {
  const query = written(parameters);
  const base = type.paging === 'next' ? imagePath(request) : request.self;
  return query === '' ? base : `${base}?${query}`;
}

/**
 * Image's links are paths from the version on, whatever stands in front of it: glanceclient appends them to the
 * endpoint without its version, and openstacksdk takes the version off and resolves the rest below the endpoint.
 */
function imagePath({ subject }: AggregateRequest): string {
  return `/${subject.version ?? subject.service.version ?? 'v2'}${subject.path}`;
}
