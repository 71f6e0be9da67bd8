/** Who has an account at home, and what the providers' mappings make of them. */

export interface Person {
  readonly name: string;
  readonly password: string;
  /** Projects at home. */
  readonly projects: readonly string[];
  /** Base32; the person may use one-time passwords (RFC 6238). */
  readonly totpSecret?: string;
  /** Methods that are asked for together. */
  readonly rules?: readonly (readonly string[])[];
}

const secretOf = (name: string) => `${name}-secret`;

export const people: readonly Person[] = [
  { name: 'alice', password: secretOf('alice'), projects: ['research'] },
  { name: 'bob', password: secretOf('bob'), projects: ['teaching'] },
  // The providers' mappings do not know her.
  { name: 'carol', password: secretOf('carol'), projects: ['teaching'] },
  // What she may use at a provider depends on the project that her token at home is for.
  { name: 'dana', password: secretOf('dana'), projects: ['research', 'teaching'] },
  {
    name: 'erin',
    password: secretOf('erin'),
    projects: ['research'],
    totpSecret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
  },
  {
    name: 'frank',
    password: secretOf('frank'),
    projects: ['research'],
    totpSecret: 'MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK',
    rules: [['password', 'totp']],
  },
];

/** alice's, in her project at home. */
export const applicationCredential = { user: 'alice', name: 'alice-fed', secret: 'alice-app-secret' };

/** An account that every provider has of its own, with alice's projects there. */
export const localAccount = { name: 'local', password: 'local-secret' };

/** Projects at a provider by user and home project. */
export type Grants = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** What a provider's mapping gives. Whoever is not named is somebody whom it does not know. */
export function grantsOf(provider: string): Grants {
  const known: Readonly<Record<string, Grants>> = {
    'sp-a': {
      alice: { research: ['research-one', 'research-two'] },
      bob: { teaching: ['teaching-a'] },
      dana: { research: ['research-one'], teaching: ['teaching-a'] },
      erin: { research: ['research-two'] },
      frank: { research: ['research-two'] },
    },
    'sp-b': { alice: { research: ['lab'] }, dana: { research: ['lab'] } },
    'sp-c': { alice: { research: ['archive'] } },
  };
  return known[provider] ?? { alice: { research: [`lab-${provider.slice('sp-'.length)}`] } };
}
