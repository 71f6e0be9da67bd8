/** What holds for every use of a front end, whatever it meets. */
import type { World } from './world.ts';

/** Requests that change something and reached a service more than once; and assertions that were presented again. */
export function unsafeRepetitions({ sandbox }: World): string[] {
  const seen = new Set<string>();
  const again: string[] = [];
  let [assertions, presented] = [0, 0];
  for (const { name, requests } of sandbox.clouds) {
    for (const { method, path, status } of requests) {
      if (/saml2\/ecp$/.test(path)) assertions += 1;
      if (/paosResponse$|SAML2\/ECP$/.test(path)) presented += 1;
      const isRead = method === 'GET' || method === 'HEAD' || path.startsWith('/identity/');
      // Who refuses a token has done nothing.
      if (isRead || path.startsWith('/Shibboleth.sso/') || status === 401) continue;
      const what = `${name} ${method} ${path}`;
      if (seen.has(what)) again.push(what);
      seen.add(what);
    }
  }
  return presented > assertions ? [...again, `${presented} of ${assertions} assertions`] : again;
}

/** Passwords, tokens, assertions and session cookies in what is shown. */
export function secretsIn(world: World, shown: string): string[] {
  const password = world.env().OS_PASSWORD ?? '';
  const secrets = [password, Buffer.from(password).toString('base64'), encodeURIComponent(password)];
  const found = secrets.filter((secret) => shown.includes(secret));
  const looks = [/gAAAAAB[\w-]{12}/, /SignatureValue|<saml/, /mellon-cookie=|_shibsession_/];
  return [...found, ...looks.filter((look) => look.test(shown)).map(String)];
}
