import { ProviderResponseError } from '../errors.ts';
import type { Forwarded } from '../federation/forward-request.ts';
import type { Project } from '../keystone/token.ts';
import { gathered, type HeaderPairs, headerValue } from '../ports/http.ts';
import { cancellable, cancellableEach } from './cancel.ts';
import type { Place } from './results.ts';

/**
 * A provider's answer to a forwarded request, whatever its status. Its body is read once: iterate over `body`, or call
 * one of `json`, `text`, `bytes` and `discard`.
 */
export class ForwardAnswer implements Place {
  readonly provider: string;
  readonly project: Project;
  /** Why it went there: it was said, remembered, found, the body names what lives there, or nothing named a place. */
  readonly how: 'explicit' | 'remembered' | 'probed' | 'references' | 'home';
  readonly status: number;
  readonly statusText: string;
  /** As they came: in order, with repetitions. */
  readonly headers: HeaderPairs;
  /** The URL that was called. */
  readonly url: string;
  /** The bytes as the provider sent them, streaming. Leaving the loop early gives the connection up. */
  readonly body: AsyncIterable<Uint8Array>;
  readonly #response: Forwarded['response'];
  readonly #signal: AbortSignal | undefined;

  /** @internal */
  constructor({ scope, how, response }: Forwarded, signal: AbortSignal | undefined) {
    this.provider = scope.provider;
    this.project = scope.project;
    this.how = how;
    this.status = response.status;
    this.statusText = response.statusText;
    this.headers = response.headers;
    this.url = response.url;
    this.#response = response;
    this.#signal = signal;
    this.body = cancellableEach(signal, () => response.body);
  }

  /** Whether the status is 2xx. */
  get ok(): boolean {
    return this.status >= 200 && this.status <= 299;
  }

  /** The first value of a header, whatever the case of its name. */
  header(name: string): string | undefined {
    return headerValue(this.headers, name);
  }

  /** The whole body. @throws TransportError when it does not come to its end */
  bytes(): Promise<Uint8Array> {
    return this.#read(() => gathered(this.#response.body));
  }

  /** The whole body as UTF-8 text. */
  async text(): Promise<string> {
    return new TextDecoder().decode(await this.bytes());
  }

  /** The whole body as a value. @throws ProviderResponseError when it is not JSON */
  async json(): Promise<unknown> {
    const text = await this.text();
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw new ProviderResponseError(`${this.provider} answered ${this.status} with something that is not JSON.`, {
        provider: this.provider,
        status: this.status,
        requestId: this.header('x-openstack-request-id'),
        cause,
      });
    }
  }

  /** Do without the body, or the rest of it. */
  discard(): void {
    this.#response.body.discard();
  }

  #read<T>(work: () => Promise<T>): Promise<T> {
    return cancellable(this.#signal, work);
  }
}
