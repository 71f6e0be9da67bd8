import { isRecord, jsonBody } from '../http/exchange.ts';
import { json } from '../http/reply.ts';
import type { Routes } from '../http/routes.ts';
import { fault } from '../wsgi/answers.ts';
import { type ComputeContext, forbidden, own } from './context.ts';

/** Limits and quotas, and what only operators may see. */
export function operatorRoutes(routes: Routes<ComputeContext>): void {
  routes
    .on('GET', '/limits', (context) => json(200, { limits: { rate: [], absolute: limits(context) } }))
    .on('GET', '/os-quota-sets/*', ({ token }, [id]) =>
      id === token.project.id
        ? json(200, {
            quota_set: { id, cores: 500, instances: 200, key_pairs: 100, ram: 1_000_000, server_groups: 10 },
          })
        : forbidden('os-quota-sets:show'),
    )
    .on('GET', '/os-availability-zone', () =>
      json(200, { availabilityZoneInfo: [{ zoneName: 'nova', zoneState: { available: true }, hosts: null }] }),
    )
    .on('GET', '/os-services', () => forbidden('os-services:list'))
    // There is no GET of a single one.
    .on('PUT', '/os-services/*', () => forbidden('os-services:update'))
    .on('DELETE', '/os-services/*', () => forbidden('os-services:delete'))
    .on('GET', '/os-hypervisors/detail', () => forbidden('os-hypervisors:list-detail'))
    .on('GET', '/os-hypervisors/statistics', () => forbidden('os-hypervisors:statistics'))
    .on('GET', '/os-hypervisors/*/uptime', () => forbidden('os-hypervisors:uptime'))
    .on('GET', '/os-hypervisors/*/servers', () => forbidden('os-hypervisors:servers'))
    .on('GET', '/os-hypervisors', () => forbidden('os-hypervisors:list'))
    .on('GET', '/os-hypervisors/*', () => forbidden('os-hypervisors:show'))
    .on('GET', '/os-aggregates', () => forbidden('os-aggregates:index'))
    .on('GET', '/os-aggregates/*', () => forbidden('os-aggregates:show'))
    .on('DELETE', '/os-aggregates/*', () => forbidden('os-aggregates:delete'))
    .on('PUT', '/os-aggregates/*', async ({ exchange }) => {
      const body = await jsonBody(exchange);
      const complete = isRecord(body) && body.aggregate !== undefined;
      return complete ? forbidden('os-aggregates:update') : fault(400, "'aggregate' is a required property");
    });
}

function limits(context: ComputeContext): Record<string, number> {
  const servers = own(context, 'servers').all;
  return {
    maxTotalInstances: 200,
    maxTotalCores: 500,
    maxTotalRAMSize: 1_000_000,
    maxTotalKeypairs: 100,
    maxServerGroups: 10,
    totalInstancesUsed: servers.length,
    totalServerGroupsUsed: own(context, 'serverGroups').all.length,
  };
}
