import type { FedError } from '../errors.ts';
import type { Provider } from './provider.ts';

/** A provider whose configuration cannot be used: it is one that cannot be asked, and says why, like any other. */
export class UnusableProvider implements Provider {
  readonly kind = 'own-credentials';
  readonly connection = {};
  readonly endpoints = { interfaces: ['public'], overrides: {} } as const;
  readonly name: string;
  readonly #why: FedError;

  constructor(name: string, why: FedError) {
    this.name = name;
    this.#why = why;
  }

  projects(): Promise<never> {
    return Promise.reject(this.#why);
  }

  currentProjects(): Promise<never> {
    return this.projects();
  }

  tokenFor(): Promise<never> {
    return Promise.reject(this.#why);
  }

  invalidate(): Promise<boolean> {
    return Promise.resolve(false);
  }
}
