import { randomBytes } from 'node:crypto';
import { zulu } from '../data/time.ts';
import { dig, type Exchange, header, isRecord, jsonBody, text } from '../http/exchange.ts';
import { json, type Reply } from '../http/reply.ts';
import type { Cloud } from '../model.ts';
import { malformed, unauthorized } from './answers.ts';
import { DOMAIN, type Project } from './directory.ts';
import { methodNamed, type Proof } from './methods.ts';
import { projectsOf } from './rights.ts';
import { tokenReply } from './token-body.ts';

/** `POST /auth/tokens`. */
export async function authenticate(cloud: Cloud, exchange: Exchange): Promise<Reply> {
  if (!(header(exchange, 'content-type') ?? '').startsWith('application/json')) {
    return malformed('application/json in Content-Type header');
  }
  const body = await jsonBody(exchange);
  if (!isRecord(body)) return malformed('valid JSON in request body');
  const auth = body.auth;
  if (!isRecord(auth)) return malformed('auth in request body');
  const identity = auth.identity;
  if (!isRecord(identity)) return malformed('identity in auth');
  const names = identity.methods;
  if (!Array.isArray(names)) return malformed('methods in identity');
  return proveAll(cloud, exchange, identity, names.map(String), auth.scope);
}

function proveAll(cloud: Cloud, exchange: Exchange, identity: object, names: readonly string[], scope: unknown): Reply {
  const data = identity as Record<string, unknown>;
  const missing = names.find((name) => data[name] === undefined);
  if (missing !== undefined) return malformed(`${missing} in identity`);
  const receipt = cloud.receipts.find(header(exchange, 'openstack-auth-receipt'));
  const proofs: Proof[] = [];
  for (const name of names) {
    const verdict = methodNamed(name)?.(cloud, data[name]);
    if (verdict === undefined) return unauthorized(cloud, 'Attempted to authenticate with an unsupported method.');
    if ('refused' in verdict) return verdict.refused;
    proofs.push(verdict.proof);
  }
  const first = proofs[0];
  if (first === undefined || proofs.some(({ user }) => user !== first.user)) return unauthorized(cloud);
  exchange.seen.user = first.user.name;
  const done = [...new Set([...names, ...(receipt?.user === first.user ? receipt.methods : [])])];
  const rules = first.user.person?.rules;
  if (rules !== undefined && first.parent === undefined && !rules.some((rule) => rule.every((m) => done.includes(m)))) {
    return receiptReply(cloud, first, done, rules);
  }
  return issue(cloud, exchange, Object.assign({}, ...proofs) as Proof, done, scope);
}

/** 401 with a receipt for what was proved so far (Keystone, multi-factor authentication). */
function receiptReply(
  cloud: Cloud,
  proof: Proof,
  done: readonly string[],
  rules: readonly (readonly string[])[],
): Reply {
  const { user } = proof;
  const now = Math.floor(cloud.clock.now() / 1000) * 1000;
  const secret = `gAAAAAB${randomBytes(84).toString('base64url')}`;
  const expiresAt = now + 300_000;
  cloud.receipts.add(secret, { user, methods: done, expiresAt });
  const body = {
    receipt: {
      methods: done,
      user: { id: user.id, name: user.name, domain: DOMAIN },
      expires_at: zulu(expiresAt),
      issued_at: zulu(now),
    },
    required_auth_methods: rules,
  };
  return json(401, body, [['Openstack-Auth-Receipt', secret]]);
}

function issue(cloud: Cloud, exchange: Exchange, proof: Proof, done: readonly string[], scope: unknown): Reply {
  const wanted = scopeOf(cloud, proof, scope);
  if ('refused' in wanted) return wanted.refused;
  if (wanted.project !== undefined) exchange.seen.project = wanted.project.title;
  const token = cloud.tokens.issue({
    user: proof.user,
    methods: proof.parent === undefined ? done : [...new Set([...done, ...proof.parent.methods])],
    project: wanted.project,
    federated: proof.parent?.federated,
    credential: proof.credential ?? proof.parent?.credential,
    parent: proof.parent,
  });
  return tokenReply(cloud, token, 201, !exchange.query.has('nocatalog'));
}

/** The project that the token is to be for. A project that one may not use is refused like one that is not there. */
function scopeOf(
  cloud: Cloud,
  proof: Proof,
  scope: unknown,
): { readonly project: Project | undefined } | { readonly refused: Reply } {
  if (proof.project !== undefined) {
    if (scope === undefined) return { project: proof.project };
    const why = 'Error authenticating with application credential: Application credentials cannot request a scope.';
    return { refused: unauthorized(cloud, why, { identity: {} }) };
  }
  if (scope === undefined || scope === 'unscoped') return { project: undefined };
  if (!isRecord(scope)) return { refused: malformed('a valid scope in auth') };
  const given = scope.project;
  if (!isRecord(given)) return { refused: unauthorized(cloud) };
  const id = text(dig(given, 'id'));
  if (id === undefined && !isRecord(given.domain)) return { refused: malformed('domain in project') };
  const project = id === undefined ? namedProject(cloud, given) : cloud.directory.project(id);
  if (project === undefined || !projectsOf(cloud, proof.user, proof.parent?.federated).includes(project)) {
    return { refused: unauthorized(cloud) };
  }
  return { project };
}

function namedProject(cloud: Cloud, given: Record<string, unknown>): Project | undefined {
  const name = text(given.name);
  return name !== undefined && isRecord(given.domain) ? cloud.directory.projectNamed(name, given.domain) : undefined;
}
