import { type HeaderPairs, headerValue } from '../../ports/http.ts';

/** What `-w` can tell. */
export interface Facts {
  /** 0 where no answer came. */
  readonly status: number;
  readonly headers: HeaderPairs;
  readonly method: string;
  readonly url: string;
  readonly received: number;
  readonly seconds: number;
  readonly provider: string;
  readonly project: string;
  readonly how: string;
}

/** What there is to tell of a request that has no answer yet. */
export function noFacts(method: string, url: string): Facts {
  return { status: 0, headers: [], method, url, received: 0, seconds: 0, provider: '', project: '', how: '' };
}

/** `-w`: curl's variables that make sense here, and ours: fed_provider, fed_project, fed_how. */
export function writeOut(format: string, facts: Facts): string {
  // Three digits, also for none: 000, as curl prints it.
  const code = String(facts.status).padStart(3, '0');
  const values: Readonly<Record<string, string | number>> = {
    http_code: code,
    response_code: code,
    content_type: headerValue(facts.headers, 'content-type') ?? '',
    method: facts.method,
    url_effective: facts.url,
    size_download: facts.received,
    time_total: facts.seconds.toFixed(6),
    fed_provider: facts.provider,
    fed_project: facts.project,
    fed_how: facts.how,
  };
  return format
    .replace(/%header\{([^}]+)\}/g, (_, name: string) => headerValue(facts.headers, name) ?? '')
    .replace(/%\{([^}]+)\}/g, (whole, name: string) => String(values[name] ?? whole))
    .replaceAll('%%', '%')
    .replace(/\\([nrt])/g, (_, letter: string) => ({ n: '\n', r: '\r', t: '\t' })[letter] ?? letter);
}
