import { headerValue, type ResponseBody, type SendResponse } from '../ports/http.ts';
import type { ResourceType } from '../services/types.ts';
import { identify, identityIn } from './identity.ts';
import type { Memory, Seen } from './memory.ts';
import { fieldOf, valueAt } from './pointer.ts';
import { looksLikeId, type Named } from './resource.ts';
import type { Creation } from './resource-path.ts';
import type { Scope } from './scope.ts';
import type { Subject } from './subject.ts';
import { isJson } from './verdict.ts';

/** Descriptions and pages of listings are smaller; of what is larger nothing is learnt, and nothing is held. */
const LIMIT = 8 * 1024 * 1024;

type Lesson = (body: unknown) => Promise<void>;

/**
 * The same response, from which is learnt where resources live while it passes: what was shown, listed or created
 * is remembered, what was deleted is forgotten.
 */
export function learning(
  memory: Memory,
  method: string,
  subject: Subject,
  scope: Scope,
  response: SendResponse,
): SendResponse {
  if (response.status < 200 || response.status > 299) return response;
  const { named } = subject;
  const isItem = named !== undefined && subject.path === named.itemPath;
  if (method === 'DELETE' && isItem) {
    const { typeName, id } = named;
    return { ...response, body: afterwards(response.body, () => memory.forget(typeName, id)) };
  }
  const lesson = isItem ? shown(memory, method, named, scope) : lessonOf(memory, method, subject, scope, response);
  if (lesson === undefined || !isJson(headerValue(response.headers, 'content-type') ?? '')) return response;
  return {
    ...response,
    body: overheard(response.body, async (text) => {
      const body = parsed(text);
      if (body !== undefined) await lesson(body);
    }),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function shown(memory: Memory, method: string, named: Named, scope: Scope): Lesson | undefined {
  if (method !== 'GET') return undefined;
  return async (body) => {
    const found = identify(named, body);
    if (found !== undefined) await memory.learn({ named, ...found, scope });
  };
}

/** What the answer of a collection teaches. */
function lessonOf(
  memory: Memory,
  method: string,
  { collection, creates }: Subject,
  scope: Scope,
  { status }: SendResponse,
): Lesson | undefined {
  if (method === 'GET' && collection !== undefined) {
    return (body) => memory.learnPage(collection, listed(collection, body), scope);
  }
  if (creates === undefined) return undefined;
  if (method === 'GET' && creates.isDescribed) {
    return (body) => memory.learnAll(among(creates, body).map((each) => ({ named: creates, ...each, scope })));
  }
  // What asks something with a POST (a search, a validation) is answered with 200, and makes nothing.
  if (method !== 'POST' || !(creates.isDescribed || status === 201 || status === 202)) return undefined;
  return (body) => memory.learnAll(made(creates, body).map((each) => ({ named: creates, ...each, scope })));
}

type Found = Pick<Seen, 'id' | 'item'>;

/** What the answer to a creation says was made: one thing, or, of a description that has it so, several. */
function made(creates: Creation, body: unknown): readonly Found[] {
  const { type } = creates;
  const id = identityIn(creates, body);
  if (id === undefined) return creates.isDescribed ? among(creates, body) : [];
  if (type === undefined && !looksLikeId(id)) return [];
  return [{ id, item: type === undefined || type.itemKey === null ? body : valueAt(body, `/${type.itemKey}`) }];
}

/** The resources in an answer that has several, whatever the key of their array. */
function among(creates: Creation, body: unknown): readonly Found[] {
  const { type } = creates;
  const arrays = Array.isArray(body) ? [body] : type === undefined ? valuesOf(body) : [fieldOf(body, type.listKey)];
  return arrays
    .filter((value) => Array.isArray(value))
    .flat()
    .flatMap((item: unknown) => {
      const id = identityIn({ reading: creates.reading }, item);
      return id === undefined || !looksLikeId(id) ? [] : [{ id, item }];
    });
}

function valuesOf(body: unknown): readonly unknown[] {
  return typeof body === 'object' && body !== null ? Object.values(body) : [];
}

function listed(type: ResourceType, body: unknown): readonly unknown[] {
  const items = valueAt(body, `/${type.listKey}`);
  if (!Array.isArray(items)) return [];
  const { elementKey } = type;
  return elementKey === undefined ? items : items.map((each) => valueAt(each, `/${elementKey}`));
}

function afterwards(body: ResponseBody, then: () => Promise<void>): ResponseBody {
  return {
    async *[Symbol.asyncIterator]() {
      yield* body;
      await attempted(then);
    },
    expectEnd: () => body.expectEnd?.(),
    discard: () => body.discard(),
  };
}

/** What only learns may fail: a store that is full, a Keystone that is away. The answer is the caller's all the same. */
async function attempted(learn: () => Promise<void>): Promise<void> {
  try {
    await learn();
  } catch {
    // It is learnt another time.
  }
}

/** The body passes as it comes; a copy of it is read when it has ended, unless it is large. */
function overheard(body: ResponseBody, read: (text: string) => Promise<void>): ResponseBody {
  return {
    async *[Symbol.asyncIterator]() {
      let copy: Uint8Array[] | undefined = [];
      let size = 0;
      for await (const chunk of body) {
        size += chunk.byteLength;
        if (size > LIMIT) copy = undefined;
        copy?.push(chunk);
        yield chunk;
      }
      if (copy === undefined) return;
      const decoder = new TextDecoder();
      const text = copy.map((chunk) => decoder.decode(chunk, { stream: true })).join('') + decoder.decode();
      await attempted(() => read(text));
    },
    expectEnd: () => body.expectEnd?.(),
    discard: () => body.discard(),
  };
}
