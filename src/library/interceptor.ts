import type { Dispatcher } from 'undici';
import { composedOf, Federation } from './federation.ts';
import { type Dispatched, dispatchedOf, urlOf } from './intercept/dispatched.ts';
import { Exchange } from './intercept/exchange.ts';
import { Router } from './intercept/router.ts';
import type { FederateOptions, OpenOptions } from './options.ts';

/**
 * An interceptor for undici's dispatchers: requests that a program makes to home's endpoints go to whoever owns the
 * resource, and everything else goes where it was going to.
 *
 * ```js
 * setGlobalDispatcher(new Agent().compose(federate({ cloud: 'research' })));
 * const answer = await fetch(`${homesCinder}/volumes/${id}`, { headers: { 'X-Auth-Token': token } });
 * ```
 *
 * - Only requests with an `X-Auth-Token` to a URL in home's catalog are looked at, except those to Identity. The token
 *   must be one of the federation's own user and project: a request of anybody else goes out as it is.
 * - The owner's answer comes byte by byte, streaming, with the headers `x-fed-provider` and `x-fed-project` added.
 * - The request headers `X-Fed-Provider`, `X-Fed-Project` and `X-Fed-Region`, or undici's option
 *   `fed: { provider, project, region }`, say where
 *   a request goes. The headers are never sent on.
 * - What nobody has goes home as it was, which answers itself; so does what names nothing, and what home has. Only
 *   when home does not have it and a provider could not be asked the request fails, with a CouldNotSayError.
 * - Failures are those of `Federation.forward`; `fetch` has them as the `cause` of its TypeError.
 *
 * @param source a federation, or what one is opened with when it is first needed
 */
export function federate(
  source: Federation | OpenOptions = {},
  options: FederateOptions = {},
): Dispatcher.DispatcherComposeInterceptor {
  const routerOf = opener(source, options);
  return (dispatch) => (given, handler) => {
    const dispatched = dispatchedOf(given);
    const { options: sent, token } = dispatched;
    const url = urlOf(sent);
    if (token === undefined || url === undefined) return dispatch(sent, handler);
    const exchange = new Exchange(handler);
    exchange.start();
    if (!exchange.aborted) void answerOrPass({ routerOf, dispatch, handler, exchange }, dispatched, url, token);
    else exchange.fail(exchange.reason);
    return true;
  };
}

interface Passing {
  readonly routerOf: () => Promise<Router>;
  readonly dispatch: Dispatcher.Dispatch;
  readonly handler: Dispatcher.DispatchHandler;
  readonly exchange: Exchange;
}

async function answerOrPass(
  { routerOf, dispatch, handler, exchange }: Passing,
  dispatched: Dispatched,
  url: string,
  token: string,
): Promise<void> {
  try {
    const router = await routerOf();
    const routed = await router.route(dispatched, url, token, exchange.signal);
    exchange.signal.throwIfAborted();
    if (routed.kind === 'answer') return await exchange.deliver(routed.delivery);
    const { body } = routed;
    dispatch(body === undefined ? dispatched.options : { ...dispatched.options, body }, handler);
  } catch (error) {
    exchange.fail(exchange.reason ?? error);
  }
}

/** Opens once for all requests; after a failure the next request tries again. */
function opener(source: Federation | OpenOptions, options: FederateOptions): () => Promise<Router> {
  const open = async () => {
    const federation = source instanceof Federation ? source : await Federation.open(source);
    return new Router(composedOf(federation), options);
  };
  let router: Promise<Router> | undefined;
  return () => {
    if (router === undefined) {
      const opening = open();
      router = opening;
      opening.catch(() => {
        if (router === opening) router = undefined;
      });
    }
    return router;
  };
}
