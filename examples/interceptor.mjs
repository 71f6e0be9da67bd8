/**
 * A program that knows one cloud, home, and reads a volume that lives at another provider with plain fetch. The two
 * lines that make it so are marked; all the rest is what such a program is anyway.
 *
 * usage: node examples/interceptor.mjs VOLUME-ID     with OS_* variables for a user with a password
 */
import { Federation, federate } from 'openstack-fed';
import { Agent, setGlobalDispatcher } from 'undici';

const federation = await Federation.open(); // this one
setGlobalDispatcher(new Agent().compose(federate(federation))); // and this one

const env = process.env;
const base = env.OS_AUTH_URL.replace(/(\/v3)?\/*$/, '/v3');
const user = {
  name: env.OS_USERNAME,
  password: env.OS_PASSWORD,
  domain: { name: env.OS_USER_DOMAIN_NAME ?? 'Default' },
};
const project = { name: env.OS_PROJECT_NAME, domain: { name: env.OS_PROJECT_DOMAIN_NAME ?? 'Default' } };
const login = await fetch(`${base}/auth/tokens`, {
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({ auth: { identity: { methods: ['password'], password: { user } }, scope: { project } } }),
});
if (login.status !== 201) throw new Error(`home answered ${login.status}`);
const { token } = await login.json();
const cinder = token.catalog
  .find(({ type }) => ['volumev3', 'block-storage', 'volume'].includes(type))
  .endpoints.find((endpoint) => endpoint.interface === 'public').url;

const answer = await fetch(`${cinder}/volumes/${process.argv[2]}`, {
  headers: { 'X-Auth-Token': login.headers.get('x-subject-token'), Accept: 'application/json' },
});
const { volume } = await answer.json();
console.log(
  `${answer.status} ${volume?.name} from ${answer.headers.get('x-fed-provider') ?? 'home'}, asked at ${cinder}`,
);
await federation.close();
