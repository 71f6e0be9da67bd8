import type { SendResponse } from '../../ports/http.ts';
import type { ResourceType } from '../../services/types.ts';
import { bytesOf, separated, textOf } from '../bytes.ts';
import { ElementScanner } from '../element-scanner.ts';
import { jsonIn, linksKeyOf, pageIn } from '../pages.ts';
import { fieldOf } from '../pointer.ts';
import type { Scope } from '../scope.ts';
import { Elements } from './elements.ts';

/** A page of a scope's listing. */
export interface ReadPage {
  /** As they stand in it. */
  readonly elements: Elements;
  /** The same, read. */
  readonly values: readonly unknown[];
  /** What else is at the top of the page. */
  readonly around: Readonly<Record<string, unknown>>;
}

/**
 * Read a page. Its elements stay as they came, so that they can be passed on without being written anew, which takes
 * several times as long as reading them. What is no UTF-8 would make everybody's page unreadable: it is passed on as it
 * was read.
 *
 * @throws ProviderResponseError when it is no page
 */
export function readPage(type: ResourceType, scope: Scope, response: SendResponse, body: Uint8Array): ReadPage {
  const text = textOf(body);
  // Says what was answered instead.
  if (response.status !== 200) pageIn(type, scope, response, text);
  const bytes = text.includes('\ufffd') ? bytesOf(text) : body;
  return readInTwo(type, text, bytes) ?? readOneByOne(type, scope, response, bytes);
}

/** What is behind the list is shorter than this, in characters. */
const BEHIND = 4096;

/**
 * Read a page whose list comes first, which is how services write them: the list, and what is around it. Where it ends
 * is guessed; that each of the two is JSON by itself proves the guess. To look for its end at every byte takes as long
 * as to read it.
 *
 * @returns undefined for any other page, and for what is none
 */
function readInTwo(type: ResourceType, text: string, bytes: Uint8Array): ReadPage | undefined {
  const [head] = new RegExp(`^\\s*\\{\\s*"${type.listKey}"\\s*:\\s*\\[`).exec(text) ?? [];
  if (head === undefined) return undefined;
  const behind = text.slice(Math.max(head.length, text.length - BEHIND));
  const links = behind.lastIndexOf(`"${linksKeyOf(type)}"`);
  const end = behind.lastIndexOf(']', links === -1 ? behind.length : links);
  if (end === -1) return undefined;
  const tail = behind.slice(end);
  const page = parsed(head + tail);
  const others = fieldOf(page, type.listKey);
  if (!Array.isArray(others) || others.length > 0) return undefined;
  const values = parsed(text.slice(head.length - 1, text.length - tail.length + 1));
  if (!Array.isArray(values)) return undefined;
  const list = bytes.subarray(head.length, bytes.length - bytesOf(tail).length);
  return { elements: new Elements(values.length, list), values, around: aroundIn(page, type) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readOneByOne(type: ResourceType, scope: Scope, response: SendResponse, bytes: Uint8Array): ReadPage {
  const scanner = new ElementScanner(type.listKey);
  const found = scanner.push(bytes);
  const page = pageIn(type, scope, response, scanner.rest);
  // The scanner may not have recognized an array whose key is written in an unusual way.
  const others = fieldOf(page, type.listKey) as readonly unknown[];
  const pieces = found.length > 0 ? found : others.map((each) => bytesOf(JSON.stringify(each)));
  const values = pieces.map((piece) => jsonIn(type, scope, response, textOf(piece)));
  return { elements: new Elements(pieces.length, separated(pieces)), values, around: aroundIn(page, type) };
}

function aroundIn(page: unknown, { listKey }: ResourceType): Readonly<Record<string, unknown>> {
  const { [listKey]: _list, ...around } = page as Record<string, unknown>;
  return around;
}
