import type { HeaderLine, Reply } from '../http/reply.ts';

const texts: Readonly<Record<number, readonly [title: string, text: string]>> = {
  400: [
    'Bad Request',
    'The server could not comply with the request since it is either malformed or otherwise incorrect.',
  ],
  401: ['Unauthorized', 'This server could not verify that you are authorized to access the document you requested.'],
  403: ['Forbidden', 'Access was denied to this resource.'],
  404: ['Not Found', 'The resource could not be found.'],
  405: ['Method Not Allowed', 'The method is not allowed for this resource.'],
  409: ['Conflict', 'There was a conflict when trying to complete your request.'],
};

/** An answer of Swift's without data: a page, which names nothing. */
export function page(status: number): Reply {
  const [title, text] = texts[status] ?? ['', ''];
  const body = title === '' ? '' : `<html><h1>${title}</h1><p>${text}</p></html>`;
  return { status, headers: [['Content-Type', 'text/html; charset=UTF-8']], body };
}

export function badUrl(): Reply {
  return { status: 412, headers: [['Content-Type', 'text/html; charset=UTF-8']], body: 'Bad URL' };
}

/** Headers of a request that are kept, without their prefix. */
export function metadataIn(headers: Readonly<Record<string, unknown>>, prefix: string): Record<string, string> {
  const found = Object.entries(headers).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(found.map(([name, value]) => [name.slice(prefix.length), String(value)]));
}

export function metadataLines(metadata: Readonly<Record<string, string>>, prefix: string): HeaderLine[] {
  return Object.entries(metadata).map(([name, value]) => [`${prefix}${name}`, value]);
}
