import { json } from '../http/reply.ts';
import type { Routes } from '../http/routes.ts';
import { fault } from '../wsgi/answers.ts';
import { own, type VolumeContext } from './context.ts';

export function limitRoutes(routes: Routes<VolumeContext>): void {
  routes
    .on('GET', '/limits', (context) => {
      const { all } = own(context, 'volumes');
      const absolute = {
        maxTotalVolumes: 500,
        maxTotalSnapshots: 100,
        maxTotalVolumeGigabytes: 5000,
        maxTotalBackups: 10,
        maxTotalBackupGigabytes: 1000,
        totalVolumesUsed: all.length,
        totalGigabytesUsed: all.reduce((sum, volume) => sum + Number(volume.size), 0),
        totalSnapshotsUsed: own(context, 'snapshots').all.length,
        totalBackupsUsed: own(context, 'backups').all.length,
      };
      return json(200, { limits: { rate: [], absolute } });
    })
    .on('GET', '/os-quota-sets/*', ({ token }, [id]) =>
      id === token.project.id
        ? json(200, { quota_set: { volumes: 500, snapshots: 100, gigabytes: 5000, backups: 10, groups: 10, id } })
        : fault(403, "Policy doesn't allow volume_extension:quotas:show to be performed."),
    )
    .on('GET', '/os-availability-zone', () =>
      json(200, { availabilityZoneInfo: [{ zoneName: 'nova', zoneState: { available: true } }] }),
    );
}
