import type { EndpointGuard } from '../ports/endpoint-guard.ts';
import type { Judge, JudgeOptions } from './endpoint-judge.ts';

/** What judges is loaded for the first address that there is something to be said of. */
export function createEndpointGuard(options: JudgeOptions): EndpointGuard {
  let judge: Promise<Judge> | undefined;
  return {
    isPatient: options.warn === undefined,
    reach: (provider, service, keystones) => ({
      name: provider,
      async within(hostname, found) {
        judge ??= import('./endpoint-judge.ts').then(({ createJudge }) => createJudge(options));
        return (await judge)({ provider, service, hostname, found, keystones: await keystones() });
      },
    }),
  };
}
