/** What a service answers. */

export type HeaderLine = readonly [name: string, value: string];

export interface Reply {
  readonly status: number;
  /** In place of the usual reason phrase. */
  readonly reason?: string;
  readonly headers: readonly HeaderLine[];
  readonly body?: string | Uint8Array | AsyncIterable<Uint8Array>;
  /** Bytes of a body that is a stream. */
  readonly length?: number;
}

/** A JSON body; a text or bytes are taken as JSON that is already written. */
export function json(status: number, body: unknown, headers: readonly HeaderLine[] = []): Reply {
  return {
    status,
    headers: [['Content-Type', 'application/json'], ...headers],
    body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
  };
}

export function html(status: number, body: string, headers: readonly HeaderLine[] = []): Reply {
  return { status, headers: [['Content-Type', 'text/html; charset=UTF-8'], ...headers], body };
}

export function empty(status: number, headers: readonly HeaderLine[] = []): Reply {
  return { status, headers, body: '' };
}

export function withHeaders(reply: Reply, headers: readonly HeaderLine[]): Reply {
  return { ...reply, headers: [...reply.headers, ...headers] };
}

/** An error page of Apache's own. */
export function apachePage(status: number, title: string, text: string, headers: readonly HeaderLine[] = []): Reply {
  return {
    status,
    headers: [['Content-Type', 'text/html; charset=iso-8859-1'], ...headers],
    body: `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN" "http://www.w3.org/TR/html4/strict.dtd">
<html><head>
<title>${status} ${title}</title>
</head><body>
<h1>${title}</h1>
<p>${text}</p>
</body></html>
`,
  };
}

/** What Apache says when the program behind it fails. */
export function apacheFailure(): Reply {
  return apachePage(
    500,
    'Internal Server Error',
    `The server encountered an internal error or
misconfiguration and was unable to complete
your request.</p>
<p>Please contact the server administrator at${' '}
 [no address given] to inform them of the time this error occurred,
 and the actions you performed just before this error.</p>
<p>More information about this error may be available
in the server error log.`,
  );
}
