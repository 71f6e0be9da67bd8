/** A host to connect to. */
export interface DialTarget {
  readonly hostname: string;
  readonly port: number;
}
