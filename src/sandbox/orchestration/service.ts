import { randomUUID } from 'node:crypto';
import { seconds } from '../data/time.ts';
import { type FurtherContext, type FurtherRoutes, furtherService, given, own, pageByMarker } from '../further/api.ts';
import type { Exchange } from '../http/exchange.ts';
import { json, type Reply } from '../http/reply.ts';
import type { Handler } from '../http/routes.ts';
import type { Cloud } from '../model.ts';
import type { Item } from '../stock/collection.ts';

/** What is said about a stack that is not there names what was asked for first: the name, where there is an id, too. */
function missing(name: string): Reply {
  return refusal(
    404,
    'Not Found',
    'The resource could not be found.',
    'EntityNotFound',
    `The Stack (${name}) could not be found.`,
  );
}

function refusal(code: number, title: string, explanation: string, type: string, message: string): Reply {
  return json(code, { explanation, code, error: { message, traceback: null, type }, title });
}

function addressOf({ exchange, token }: FurtherContext, { stack_name, id }: Item): string {
  return `${exchange.origin}/orchestration/v1/${token.project.id}/stacks/${stack_name}/${id}`;
}

function body(context: FurtherContext, stack: Item): Record<string, unknown> {
  return { ...stack, links: [{ rel: 'self', href: addressOf(context, stack) }] };
}

/** Paths begin with the token's project; another one is forbidden. */
const inProject =
  (handle: Handler<FurtherContext>): Handler<FurtherContext> =>
  (context, [project, ...parameters]) =>
    project === context.token.project.id
      ? handle(context, parameters)
      : refusal(403, 'Forbidden', 'Access was denied to this resource.', 'Forbidden', '');

/** Name and id together; either alone is answered with where that is. */
const withStack = (handle: (context: FurtherContext, stack: Item) => Reply | Promise<Reply>): Handler<FurtherContext> =>
  inProject((context, [name = '', id = '']) => {
    const stack = own(context, 'stacks').get(id);
    return stack === undefined || stack.stack_name !== name ? missing(name) : handle(context, stack);
  });

const lookUp = inProject((context, [name = '', ...rest]) => {
  const { all } = own(context, 'stacks');
  const stack = all.find((one) => one.stack_name === name) ?? all.find(({ id }) => id === name);
  if (stack === undefined) return missing(name);
  const location = [addressOf(context, stack), ...rest].join('/');
  return {
    status: 302,
    headers: [
      ['Content-Type', 'text/plain; charset=UTF-8'],
      ['Location', location],
    ],
    body: `302 Found\n\nThe resource was found at ${location}; you should be redirected automatically.\n`,
  };
});

async function create(context: FurtherContext): Promise<Reply> {
  const { stack_name, parameters = {} } = await given(context);
  const { all } = own(context, 'stacks');
  if (all.some((one) => one.stack_name === stack_name)) {
    const message = `The Stack (${stack_name}) already exists.`;
    return refusal(
      409,
      'Conflict',
      'There was a conflict when trying to complete your request.',
      'StackExists',
      message,
    );
  }
  const stack = own(context, 'stacks').put({
    id: randomUUID(),
    stack_name,
    stack_status: 'CREATE_COMPLETE',
    stack_status_reason: 'Stack CREATE completed successfully',
    ...{ description: '', updated_time: null, stack_owner: null, parent: null, tags: null, outputs: [] },
    creation_time: seconds(context.cloud.clock.now()),
    parameters,
  });
  const links = [{ rel: 'self', href: addressOf(context, stack) }];
  return json(201, { stack: { id: stack.id, links } }, [['Location', addressOf(context, stack)]]);
}

function routes(on: FurtherRoutes): void {
  const stacks = '/v1/*/stacks';
  on.on(
    'GET',
    stacks,
    inProject((context) => {
      const { items } = pageByMarker(context, own(context, 'stacks').all);
      return json(200, {
        stacks: items.map((stack) => {
          const { parameters, outputs, ...brief } = body(context, stack);
          return brief;
        }),
      });
    }),
  )
    .on('POST', stacks, inProject(create))
    .on('GET DELETE PUT PATCH', `${stacks}/*`, lookUp)
    .on(
      'GET',
      `${stacks}/*/*`,
      withStack((context, stack) => json(200, { stack: body(context, stack) })),
    )
    .on(
      'PUT PATCH',
      `${stacks}/*/*`,
      withStack((context, stack) => {
        own(context, 'stacks').put({ ...stack, stack_status: 'UPDATE_COMPLETE' });
        return json(202, {});
      }),
    )
    .on(
      'DELETE',
      `${stacks}/*/*`,
      withStack((context, { id }) => {
        own(context, 'stacks').remove(id);
        return { status: 204, headers: [] };
      }),
    )
    .on(
      'POST',
      `${stacks}/*/*/actions`,
      withStack(() => json(200, {})),
    )
    .on(
      'GET',
      `${stacks}/*/*/resources`,
      withStack(() => json(200, { resources: [] })),
    )
    .on(
      'GET',
      `${stacks}/*/*/template`,
      withStack(() => json(200, { heat_template_version: '2018-08-31', resources: {} })),
    )
    .on('GET', `${stacks}/*/resources`, partOf('resources'))
    .on('GET', `${stacks}/*/template`, partOf('template'));
}

/** A part of a stack that is named by name alone. */
function partOf(part: string): Handler<FurtherContext> {
  return (context, [project = '', name = '']) => lookUp(context, [project, name, part]);
}

const answer = furtherService(routes, () =>
  refusal(404, 'Not Found', 'The resource could not be found.', 'HTTPNotFound', 'The resource could not be found.'),
);

/** Orchestration v1 as Heat has it. @param path below `/orchestration` */
export function orchestration(cloud: Cloud, exchange: Exchange, path: string): Reply | Promise<Reply> {
  if (path !== '' && path !== '/') return answer(cloud, exchange, path);
  const links = [{ rel: 'self', href: `${exchange.origin}/orchestration/v1/` }];
  return json(300, { versions: [{ id: 'v1.0', status: 'CURRENT', links }] });
}
