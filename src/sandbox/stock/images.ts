import type { Project } from '../identity/directory.ts';
import type { Cloud } from '../model.ts';
import type { Item } from './collection.ts';

/** The image, if the project may see it: its own, a public one, or one whose owner named the project. */
export function visibleImage(cloud: Cloud, project: Project, id: string): Item | undefined {
  const found = cloud.stock.of(project, 'images').get(id) ?? cloud.stock.shared('images').get(id);
  return found ?? lentImages(cloud, project).find((image) => image.id === id.toLowerCase());
}

/** Images of other projects that name the project as a member. */
export function lentImages(cloud: Cloud, project: Project): Item[] {
  return [...cloud.stock.imageMembers].flatMap(([id, members]) => {
    if (!members.has(project.id)) return [];
    return cloud.directory.projects.flatMap((owner) => cloud.stock.of(owner, 'images').get(id) ?? []);
  });
}
