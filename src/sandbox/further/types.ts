/** Services that clouds have where the sandbox is told so, by canonical type. `metric` is in no registry. */
export const furtherServices = [
  'dns',
  'key-manager',
  'load-balancer',
  'metric',
  'object-store',
  'orchestration',
  'shared-file-system',
] as const;

export type FurtherService = (typeof furtherServices)[number];

export function isFurther(service: string): service is FurtherService {
  return furtherServices.some((one) => one === service);
}

/** As the catalog has them: the type, the name, and the path of the endpoint. */
export const furtherEntries: ReadonlyArray<{
  readonly type: string;
  readonly service: FurtherService;
  readonly name: string;
  readonly path: string;
}> = [
  { type: 'dns', service: 'dns', name: 'designate', path: '/dns' },
  { type: 'key-manager', service: 'key-manager', name: 'barbican', path: '/key-manager' },
  { type: 'load-balancer', service: 'load-balancer', name: 'octavia', path: '/load-balancer' },
  { type: 'metric', service: 'metric', name: 'gnocchi', path: '/metric' },
  { type: 'object-store', service: 'object-store', name: 'swift', path: '/object-store/v1/AUTH_%(project_id)s' },
  { type: 'orchestration', service: 'orchestration', name: 'heat', path: '/orchestration/v1/%(project_id)s' },
  // Most clouds call it so.
  { type: 'sharev2', service: 'shared-file-system', name: 'manilav2', path: '/shared-file-system/v2/%(project_id)s' },
];
