/** What OpenStack's projects are called, by the service that each of them is. Loaded for a type that nobody has. */
const projects: Readonly<Record<string, string>> = {
  adjutant: 'admin-logic',
  aodh: 'alarm',
  barbican: 'key-manager',
  blazar: 'reservation',
  cinder: 'block-storage',
  cloudkitty: 'rating',
  cyborg: 'accelerator',
  designate: 'dns',
  glance: 'image',
  gnocchi: 'metric',
  heat: 'orchestration',
  ironic: 'baremetal',
  keystone: 'identity',
  magnum: 'container-infrastructure-management',
  manila: 'shared-file-system',
  masakari: 'instance-ha',
  mistral: 'workflow',
  neutron: 'network',
  nova: 'compute',
  octavia: 'load-balancer',
  sahara: 'data-processing',
  swift: 'object-store',
  trove: 'database',
  watcher: 'resource-optimization',
  zaqar: 'message',
  zun: 'application-container',
};

/** The type of a project's service (service-types-authority): `block-storage` of `cinder`. */
export function typeOfProject(name: string): string | undefined {
  return Object.hasOwn(projects, name) ? projects[name] : undefined;
}
