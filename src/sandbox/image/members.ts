import { seconds } from '../data/time.ts';
import { dig, jsonBody, text } from '../http/exchange.ts';
import { empty, json } from '../http/reply.ts';
import type { Routes } from '../http/routes.ts';
import type { Item } from '../stock/collection.ts';
import { webobError } from '../wsgi/answers.ts';
import { type ImageContext, withImage, withOwnImage } from './context.ts';

const path = '/images/*/members';

/** Projects with which an image is shared: its owner names them, they accept it. */
export function memberRoutes(routes: Routes<ImageContext>): void {
  routes
    .on(
      'GET',
      path,
      withImage((context, image) => {
        const members = [...membersOf(context, image)].map(([member, status]) => shown(context, image, member, status));
        return json(200, { members, schema: '/v2/schemas/members' });
      }),
    )
    .on(
      'POST',
      path,
      withOwnImage('add_member', async (context, image) => {
        const member = text(dig(await jsonBody(context.exchange), 'member'));
        if (member === undefined) return webobError(context.exchange, 400, 'Member to be added not specified');
        membersOf(context, image).set(member, 'pending');
        return json(200, shown(context, image, member, 'pending'));
      }),
    )
    .on(
      'PUT',
      `${path}/*`,
      withImage(async (context, image, [, member = '']) => {
        const status = text(dig(await jsonBody(context.exchange), 'status')) ?? '';
        if (!['accepted', 'rejected', 'pending'].includes(status))
          return webobError(context.exchange, 400, 'Status not specified');
        if (member !== context.token.project.id)
          return webobError(context.exchange, 403, 'Not allowed to update member.');
        membersOf(context, image).set(member, status);
        return json(200, shown(context, image, member, status));
      }),
    )
    .on(
      'DELETE',
      `${path}/*`,
      withOwnImage('delete_member', (context, image, [, member = '']) => {
        const gone = membersOf(context, image).delete(member);
        return gone
          ? empty(204)
          : webobError(context.exchange, 404, `${member} not found in the member list of the image ${image.id}.`);
      }),
    );
}

function membersOf({ cloud }: ImageContext, image: Item): Map<string, string> {
  const members = cloud.stock.imageMembers.get(image.id) ?? new Map<string, string>();
  cloud.stock.imageMembers.set(image.id, members);
  return members;
}

function shown({ cloud }: ImageContext, image: Item, member: string, status: string): unknown {
  const at = seconds(cloud.clock.now());
  return {
    member_id: member,
    image_id: image.id,
    status,
    created_at: at,
    updated_at: at,
    schema: '/v2/schemas/member',
  };
}
