import type { ColumnKind } from '../../services/types.ts';

/** Colours a line; the identity where there are no colours. */
export type Painter = (line: string, value: unknown, kind: ColumnKind | undefined) => string;

type Tone = 'green' | 'yellow' | 'red' | 'dim';

const tones: ReadonlyMap<string, Tone> = new Map<string, Tone>([
  ...['ACTIVE', 'AVAILABLE', 'IN-USE', 'UP', 'RUNNING'].map((status) => [status, 'green'] as const),
  ...['BUILD', 'REBUILD', 'REBOOT', 'HARD_REBOOT', 'RESIZE', 'VERIFY_RESIZE', 'REVERT_RESIZE', 'MIGRATE', 'QUEUED'].map(
    (status) => [status, 'yellow'] as const,
  ),
  ...['RESCUE', 'PASSWORD', 'RESERVED', 'MAINTENANCE', 'AWAITING-TRANSFER', 'BACKING-UP', 'RESTORING-BACKUP'].map(
    (status) => [status, 'yellow'] as const,
  ),
  ...['KILLED', 'CRASHED', 'DEGRADED'].map((status) => [status, 'red'] as const),
  ...['SHUTOFF', 'SHUTDOWN', 'DOWN', 'PAUSED', 'SUSPENDED', 'SHELVED', 'SHELVED_OFFLOADED', 'DEACTIVATED'].map(
    (status) => [status, 'dim'] as const,
  ),
  ...['DELETED', 'SOFT_DELETED'].map((status) => [status, 'dim'] as const),
]);

/** What a status means for people: good, on its way, broken, at rest; undefined for one that says nothing known. */
export function toneOf(status: string): Tone | undefined {
  const upper = status.toUpperCase();
  const known = tones.get(upper);
  if (known !== undefined) return known;
  if (upper.startsWith('ERROR') || upper.endsWith('_ERROR') || upper.endsWith('-ERROR')) return 'red';
  // creating, downloading, attaching: what every service calls work in progress.
  return upper.endsWith('ING') ? 'yellow' : undefined;
}

/** Colours statuses by what they mean. Loads chalk. */
export async function statusPainter(): Promise<Painter> {
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level: 1 });
  return (line, value, kind) => {
    if (kind === 'health' && typeof value === 'boolean') return chalk[value ? 'green' : 'red'](line);
    const status = kind === 'admin_state' && typeof value === 'boolean' ? (value ? 'UP' : 'DOWN') : value;
    if ((kind !== 'status' && kind !== 'admin_state') || typeof status !== 'string' || line === '') return line;
    const tone = toneOf(status);
    return tone === undefined ? line : chalk[tone](line);
  };
}
