import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { ExchangeEvent } from '../http/events.ts';
import { Durations } from './durations.ts';
import { Tally } from './tally.ts';

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** What is known of a request when it is over. */
export interface Finished {
  readonly service: string;
  readonly method: string;
  readonly status: number;
  /** Who answered; `proxy` for the proxy itself. */
  readonly provider: string;
  readonly seconds: number;
}

/** The proxy's metrics, in Prometheus' terms. Labels are few: services, methods, statuses and providers. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests = new Tally({
    registers: [this.#registry],
    name: 'fed_proxy_requests_total',
    help: 'Requests answered, by service, method, status and who answered',
    labelNames: ['service', 'method', 'code', 'provider'],
  });
  readonly #seconds = new Durations({
    name: 'fed_proxy_request_seconds',
    help: 'Time from a request to the end of its answer',
    labelNames: ['service', 'provider'],
    bounds: SECONDS,
  });
  readonly #upstream = new Tally({
    registers: [this.#registry],
    name: 'fed_upstream_requests_total',
    help: 'Requests made to clouds, by provider, purpose (probe, list, forward, scope…) and status',
    labelNames: ['provider', 'step', 'code'],
  });
  readonly #upstreamSeconds = new Durations({
    name: 'fed_upstream_request_seconds',
    help: 'Time from a request to a cloud to the end of its answer',
    labelNames: ['provider', 'step'],
    bounds: SECONDS,
  });
  readonly #routes = new Tally({
    registers: [this.#registry],
    name: 'fed_routes_total',
    help: 'How the owner of a request was found: remembered is a hit of the locations, probed a miss',
    labelNames: ['how'],
  });
  readonly #tokens = new Tally({
    registers: [this.#registry],
    name: 'fed_token_checks_total',
    help: 'How tokens were recognised: remembered, asked of home, refused by it',
    labelNames: ['how'],
  });
  #inFlight = 0;

  constructor() {
    collectDefaultMetrics({ register: this.#registry });
    const inFlight = () => this.#inFlight;
    new Gauge({
      registers: [this.#registry],
      name: 'fed_proxy_requests_in_flight',
      help: 'Requests being answered now',
      collect() {
        this.set(inFlight());
      },
    });
  }

  inFlight(count: number): void {
    this.#inFlight = count;
  }

  finished({ service, method, status, provider, seconds }: Finished): void {
    this.#requests.add(service, method, `${status}`, provider);
    this.#seconds.observe(seconds, service, provider);
  }

  routed(how: string): void {
    this.#routes.add(how);
  }

  tokenChecked(how: string): void {
    this.#tokens.add(how);
  }

  /** To be told of every request that is made to a cloud. */
  observe(event: ExchangeEvent): void {
    if (event.type !== 'end') return;
    const { provider, step } = event.purpose;
    this.#upstream.add(provider, step, `${event.status ?? 'error'}`);
    this.#upstreamSeconds.observe(event.ms / 1000, provider, step);
  }

  /** In Prometheus' text format. */
  async text(): Promise<{ type: string; text: string }> {
    const counted = await this.#registry.metrics();
    return {
      type: this.#registry.contentType,
      text: [counted, this.#seconds.text(), this.#upstreamSeconds.text()].join('\n'),
    };
  }
}
