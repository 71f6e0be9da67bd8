/** A line of the access log. No token, also of a path, no body, no query: they may hold secrets. */
export interface AccessLogEntry {
  /** When it was over, ISO 8601. */
  readonly time: string;
  readonly request_id: string;
  readonly remote: string | undefined;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly ms: number;
  /** Bytes of the answer's body. */
  readonly bytes: number;
  readonly user_id?: string | undefined;
  readonly project_id?: string | undefined;
  readonly provider?: string | undefined;
  readonly provider_project_id?: string | undefined;
  /** How that was decided: remembered, probed, explicit, references, home, aggregated… */
  readonly how?: string | undefined;
  /** The provider's own name for its part. */
  readonly provider_request_id?: string | undefined;
  /** Why it was refused or cut off. */
  readonly error?: string | undefined;
}

/** After `tokens/`, as in v2.0's and in v3's paths, what is no word of Keystone's own is a token; Fernet's and JWS's are known anywhere. */
export function withoutTokens(path: string): string {
  return path.replace(/(\/tokens\/+)(?!OS-PKI(?:\/|$))[^/]+/gi, '$1***').replace(/\/(?:gAAAA|eyJ)[^/]{20,}/g, '/***');
}
