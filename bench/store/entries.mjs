/** Entries as real ones are: server-made UUIDs, projects with 32 hexadecimal digits. */
import { createHash, randomUUID } from 'node:crypto';

const projects = ['0123456789abcdef0123456789abcdef', 'fedcba9876543210fedcba9876543210'];

export function idOf(index) {
  const hex = createHash('md5').update(String(index)).digest('hex');
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-8$4-$5').slice(0, 36);
}

export function entryOf(index) {
  return { type: 'server', id: idOf(index), location: { provider: `sp-${index % 3}`, projectId: projects[index % 2] } };
}

export function newEntry() {
  return { ...entryOf(0), id: randomUUID() };
}
