// A program that knows one cloud: it logs in where OS_AUTH_URL says, lists volumes, and writes down what it was answered.
import { writeFileSync } from 'node:fs';

const { OS_AUTH_URL, OS_USERNAME, OS_PASSWORD, OS_PROJECT_NAME } = process.env;
const domain = { name: 'Default' };
const user = { name: OS_USERNAME, password: OS_PASSWORD, domain };
const auth = {
  identity: { methods: ['password'], password: { user } },
  scope: { project: { name: OS_PROJECT_NAME, domain } },
};

async function ask() {
  const login = await fetch(`${OS_AUTH_URL}/auth/tokens`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ auth }),
  });
  const text = await login.text();
  if (login.status !== 201) return { status: login.status, body: text };
  const { catalog } = JSON.parse(text).token;
  const { endpoints } = catalog.find(({ type }) => type === 'volumev3' || type === 'block-storage');
  const { url } = endpoints.find((each) => each.interface === 'public');
  const headers = { 'X-Auth-Token': login.headers.get('x-subject-token') };
  const answer = await fetch(`${url}/volumes/detail`, { headers });
  return {
    status: answer.status,
    missing: answer.headers.get('x-fed-missing') ?? undefined,
    body: await answer.text(),
  };
}

const seen = await ask().catch((error) => ({ status: 'cut', body: String(error.cause ?? error) }));
writeFileSync(process.argv[2], JSON.stringify(seen));
process.exitCode = seen.status === 200 ? 0 : 22;
