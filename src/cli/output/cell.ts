import type { ColumnKind } from '../../services/types.ts';
import { isRecord } from './row.ts';

/** Nova's numbers for power states (nova `compute/power_state`). */
const powerStates = ['NOSTATE', 'Running', '', 'Paused', 'Shutdown', '', 'Crashed', 'Suspended'];

/**
 * A value for people, as `openstack` shows one of its kind: `None` for null, `True` and `False`, `key='value'` pairs.
 * A value that is not of its kind's shape is shown as one without a kind. May have several lines.
 */
export function humanText(value: unknown, kind: ColumnKind | undefined): string {
  if (value === undefined) return '';
  if (kind === 'json') return JSON.stringify(value);
  if (value === null) return 'None';
  switch (kind) {
    case 'addresses':
      return isRecord(value) ? addresses(value) : anyText(value);
    case 'attachments':
      return Array.isArray(value) ? value.map(attachment).join('\n') : anyText(value);
    case 'pools':
      return Array.isArray(value) ? value.map(pool).join(',') : anyText(value);
    case 'power_state':
      return (typeof value === 'number' ? powerStates[value] : undefined) ?? anyText(value);
    case 'admin_state':
      return typeof value === 'boolean' ? (value ? 'UP' : 'DOWN') : anyText(value);
    case 'router_type':
      return typeof value === 'boolean' ? (value ? 'External' : 'Internal') : anyText(value);
    default:
      return anyText(value);
  }
}

/**
 * A value for programs that read `value`, `csv` or `shell`: text as it is, `True` and `False` as `openstack` writes
 * them, and JSON for what has parts (where `openstack` writes Python). A server's addresses are the addresses alone, by
 * network, as in `openstack`.
 *
 * @param nullText what stands for null: `None` as in `openstack`, or nothing in CSV
 */
export function machineText(value: unknown, kind: ColumnKind | undefined, nullText: string): string {
  if (value === undefined) return '';
  if (value === null) return nullText;
  if (kind === 'addresses' && isRecord(value)) return JSON.stringify(addressesByNetwork(value));
  return typeof value === 'object' ? JSON.stringify(value) : scalarText(value);
}

function scalarText(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (value === null || value === undefined) return 'None';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function anyText(value: unknown): string {
  if (Array.isArray(value)) {
    return value.length > 0 && value.every(isRecord)
      ? value.map((each) => pairs(each)).join('\n')
      : value.map(scalarText).sort().join(', ');
  }
  return isRecord(value) ? pairs(value) : scalarText(value);
}

/** `key='value', outer.inner='value', empty=`, by key. */
function pairs(map: Readonly<Record<string, unknown>>, prefix = ''): string {
  return Object.keys(map)
    .sort()
    .map((key) => {
      const value = map[key];
      const name = `${prefix}${key}`;
      if (isRecord(value)) return Object.keys(value).length === 0 ? `${name}='{}'` : pairs(value, `${name}.`);
      return value === null ? `${name}=` : `${name}='${scalarText(value)}'`;
    })
    .join(', ');
}

function addressesByNetwork(networks: Readonly<Record<string, unknown>>): Record<string, unknown[]> {
  return Object.fromEntries(
    Object.entries(networks).map(([name, entries]) => [
      name,
      [entries].flat().map((entry) => (isRecord(entry) ? entry.addr : entry)),
    ]),
  );
}

/** `net=10.0.0.1, 10.0.0.2; other=…` */
function addresses(networks: Readonly<Record<string, unknown>>): string {
  return Object.entries(addressesByNetwork(networks))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, all]) => `${name}=${all.map(scalarText).sort().join(', ')}`)
    .join('; ');
}

function attachment(value: unknown): string {
  if (!isRecord(value)) return scalarText(value);
  const device = value.device === null || value.device === undefined ? '' : ` on ${scalarText(value.device)}`;
  return `Attached to ${scalarText(value.server_id)}${device}`;
}

function pool(value: unknown): string {
  return isRecord(value) ? `${scalarText(value.start)}-${scalarText(value.end)}` : scalarText(value);
}
