import type { Exchange } from '../http/exchange.ts';
import type { Reply } from '../http/reply.ts';
import type { Handler } from '../http/routes.ts';
import type { Cloud } from '../model.ts';
import type { Item } from '../stock/collection.ts';
import { visibleImage } from '../stock/images.ts';
import { webobError } from '../wsgi/answers.ts';
import type { ScopedToken } from '../wsgi/scope.ts';

/** What a handler of Image gets. */
export interface ImageContext {
  readonly cloud: Cloud;
  readonly exchange: Exchange;
  readonly token: ScopedToken;
}

/** A handler for an image that the project may see. */
export function withImage(
  handle: (context: ImageContext, image: Item, parameters: readonly string[]) => Reply | Promise<Reply>,
): Handler<ImageContext> {
  return (context, parameters) => {
    const id = parameters[0] ?? '';
    // A space at the end makes another id, although MySQL would not tell them apart.
    const image = id.endsWith(' ') ? undefined : visibleImage(context.cloud, context.token.project, id);
    return image === undefined ? missing(context, id) : handle(context, image, parameters);
  };
}

/** A handler for those who own the image. */
export function withOwnImage(
  action: string,
  handle: (context: ImageContext, image: Item, parameters: readonly string[]) => Reply | Promise<Reply>,
): Handler<ImageContext> {
  return withImage((context, image, parameters) =>
    image.owner === context.token.project.id ? handle(context, image, parameters) : notAuthorized(context, action),
  );
}

export function missing({ exchange }: ImageContext, id: string): Reply {
  return webobError(exchange, 404, `No image found with ID ${id}`);
}

export function notAuthorized({ exchange }: ImageContext, action: string): Reply {
  return webobError(exchange, 403, `You are not authorized to complete ${action} action.`);
}

/** An image as it is shown, alone and in listings. */
export function imageJson(image: Item): string {
  return JSON.stringify({
    ...image,
    self: `/v2/images/${image.id}`,
    file: `/v2/images/${image.id}/file`,
    schema: '/v2/schemas/image',
  });
}
