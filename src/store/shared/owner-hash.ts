import { createHash } from 'node:crypto';

/** Stands for an owner or identity of any length in names; two different ones never have the same. */
export function ownerHash(owner: string): string {
  return createHash('sha256').update(owner).digest('base64url');
}
