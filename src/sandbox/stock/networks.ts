import type { Project } from '../identity/directory.ts';
import type { Cloud } from '../model.ts';
import type { Item } from './collection.ts';
import type { Seeded } from './seed.ts';

/** Something of Neutron's that the project may see: its own, or what everybody sees. */
export function visible(cloud: Cloud, project: Project, type: Seeded, id: string): Item | undefined {
  return cloud.stock.of(project, type).get(id) ?? cloud.stock.shared(type).get(id);
}
