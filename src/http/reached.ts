import { lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import type { Reach } from '../ports/http.ts';

/** The addresses of a host, as the system knows them; of an address, that alone. @throws the system's error */
export function addressesOf(hostname: string): Promise<readonly string[]> {
  if (isIP(hostname) !== 0) return Promise.resolve([hostname]);
  return new Promise((resolve, reject) => {
    lookup(hostname, { all: true }, (error, found) => {
      if (error === null) resolve(found.map(({ address }) => address));
      else reject(error);
    });
  });
}

/**
 * A lookup that gives those addresses of a host alone that a reach allows: what was judged is what is connected to,
 * whatever the name server says a moment later.
 *
 * @throws what the reach throws; the system's error
 */
export async function lookupWithin(reach: Reach, hostname: string): Promise<LookupFunction> {
  const allowed = await reach.within(hostname, await addressesOf(hostname));
  const found = allowed.map((address) => ({ address, family: isIP(address) }));
  return (_host, { all }, done) => {
    const [first] = found;
    if (all === true) done(null, found);
    else done(null, first?.address ?? '', first?.family);
  };
}
