import type { Subject } from '../../federation/subject.ts';
import type { CommandContext } from '../command.ts';
import type { Session } from '../session.ts';
import type { CurlRequest } from './request.ts';

/** What `fed curl` was told to do. */
export interface CurlCall {
  readonly context: CommandContext;
  readonly session: Session;
  readonly request: CurlRequest;
}

/** What the path is about, with what -G adds to its query. */
export function subjectWith(subject: Subject, { query }: CurlRequest): Subject {
  if (query === undefined) return subject;
  return { ...subject, query: [subject.query, query].filter((part) => part !== '').join('&') };
}
