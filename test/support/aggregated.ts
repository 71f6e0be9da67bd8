/** Walks over aggregated listings, as clients make them. */
import type { Aggregated } from '../../src/federation/aggregate/request.ts';
import type { Federation } from '../../src/federation/federation.ts';
import { subjectOf } from '../../src/federation/subject.ts';
import type { HeaderPairs } from '../../src/ports/http.ts';

export interface Page {
  readonly ids: readonly string[];
  readonly body: Readonly<Record<string, unknown>>;
  /** The query of the link to the next page. */
  readonly next: string | undefined;
  /** `provider/project: reason`. */
  readonly missing: readonly string[];
}

export interface Asked {
  readonly pageSize?: number;
  readonly headers?: HeaderPairs;
  readonly self?: string;
  readonly narrowing?: { readonly providers?: readonly string[]; readonly projects?: readonly string[] };
  readonly signal?: AbortSignal;
}

/** @param target `volume/volumes/detail?limit=7` */
export async function ask(federation: Federation, target: string, asked: Asked = {}): Promise<Aggregated> {
  const subject = await subjectOf(target);
  const self = `http://proxy.test/${target.split('?')[0]}`;
  return federation.aggregate({ subject, headers: [], self, ...asked });
}

export async function pageOf(federation: Federation, target: string, asked: Asked = {}): Promise<Page> {
  const answer = await ask(federation, target, asked);
  if (answer.kind !== 'page') throw new Error(`${target} was answered with ${answer.response.status}`);
  const body = JSON.parse(new TextDecoder().decode(answer.body)) as Record<string, unknown>;
  const key = (await subjectOf(target)).collection?.listKey ?? '';
  const items = body[key] as ReadonlyArray<Record<string, unknown>>;
  const links = Object.entries(body).find(([name]) => name.endsWith('_links'))?.[1] as
    | ReadonlyArray<{ rel: string; href: string }>
    | undefined;
  const href = links?.find(({ rel }) => rel === 'next')?.href ?? (body.next as string | undefined);
  return {
    ids: items.map((item) =>
      String(item.id ?? (item.keypair as Record<string, unknown> | undefined)?.name ?? item.name),
    ),
    body,
    next: href?.slice(href.indexOf('?') + 1),
    missing: answer.missing.map(({ provider, project, reason }) => `${provider}/${project ?? ''}: ${reason}`),
  };
}

const MOST_PAGES = 2000;

/** Every page, by the links. */
export async function byLinks(federation: Federation, target: string, asked: Asked = {}): Promise<Page[]> {
  const pages = [await pageOf(federation, target, asked)];
  for (let next = pages[0]?.next; next !== undefined; next = pages.at(-1)?.next) {
    pages.push(await pageOf(federation, `${target.split('?')[0]}?${next}`, asked));
    if (pages.length > MOST_PAGES) throw new Error('endless');
  }
  return pages;
}

/** Every page, by the last item of each, until one is empty: as openstacksdk does where a limit is given. */
export async function byMarkers(federation: Federation, target: string, asked: Asked = {}): Promise<Page[]> {
  const pages = [await pageOf(federation, target, asked)];
  for (let last = pages[0]?.ids.at(-1); last !== undefined; last = pages.at(-1)?.ids.at(-1)) {
    const mark = target.includes('?') ? '&' : '?';
    pages.push(await pageOf(federation, `${target}${mark}marker=${encodeURIComponent(last)}`, asked));
    if (pages.length > MOST_PAGES) throw new Error('endless');
  }
  return pages;
}

export function idsIn(pages: readonly Page[]): string[] {
  return pages.flatMap(({ ids }) => ids);
}
