import { headerValue, type ResponseBody, type SendResponse } from '../ports/http.ts';
import type { ResourceType } from '../services/types.ts';
import type { Memory } from './memory.ts';
import { valueAt } from './pointer.ts';
import type { Scope } from './scope.ts';
import type { Subject } from './subject.ts';
import { isJson } from './verdict.ts';

/** Descriptions and pages of listings are smaller; of what is larger nothing is learnt, and nothing is held. */
const LIMIT = 8 * 1024 * 1024;

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
  const isItem = subject.named !== undefined && subject.path === subject.named.itemPath;
  if (method === 'DELETE' && isItem && subject.named !== undefined) {
    const { typeName, id } = subject.named;
    return { ...response, body: afterwards(response.body, () => memory.forget(typeName, id)) };
  }
  const teaches = (method === 'GET' && (isItem || subject.collection)) || (method === 'POST' && subject.collection);
  if (!teaches || !isJson(headerValue(response.headers, 'content-type') ?? '')) return response;
  return { ...response, body: overheard(response.body, (text) => learnFrom(memory, method, subject, scope, text)) };
}

async function learnFrom(memory: Memory, method: string, subject: Subject, scope: Scope, text: string): Promise<void> {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return;
  }
  const { collection, named } = subject;
  if (method === 'GET' && collection !== undefined) {
    await memory.learnPage(collection, listed(collection, body), scope);
    return;
  }
  const type = collection ?? named?.type;
  if (type === undefined) return;
  const item = type.itemKey === null ? body : valueAt(body, `/${type.itemKey}`);
  const id = valueAt(item, `/${type.idField}`);
  if (typeof id === 'string') await memory.learn({ named: { type, typeName: type.name }, id, item, scope });
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
      await then();
    },
    discard: () => body.discard(),
  };
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
      await read(copy.map((chunk) => decoder.decode(chunk, { stream: true })).join('') + decoder.decode());
    },
    discard: () => body.discard(),
  };
}
