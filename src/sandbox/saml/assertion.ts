import { createHmac, randomBytes } from 'node:crypto';
import { randomFrom } from '../data/random.ts';
import { zulu } from '../data/time.ts';

/** What an assertion says, and for whom it is made. */
export interface Statement {
  readonly issuer: string;
  readonly destination: string;
  readonly relayState: string;
  readonly attributes: Readonly<Record<string, readonly string[]>>;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The key with which home signs and which the providers know. Not RSA as in reality, but an HMAC over every byte. */
export type SigningKey = Buffer;

const LIFETIME_MS = 3_600_000;
const VALUE = /(<xmldsig:SignatureValue>)([^<]*)(<\/xmldsig:SignatureValue>)/;

const escaped = (value: string) =>
  value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const unescaped = (value: string) =>
  value.replaceAll('&quot;', '"').replaceAll('&gt;', '>').replaceAll('&lt;', '<').replaceAll('&amp;', '&');

/** The SAML response without its envelope, as Keystone 22 writes it. */
export function samlResponse(statement: Statement, key: SigningKey): string {
  const issued = `${new Date(statement.now).toISOString().slice(0, 19)}Z`;
  const until = zulu(statement.now + LIFETIME_MS);
  const id = () => randomBytes(16).toString('hex');
  const assertionId = id();
  const issuer = `<saml:Issuer Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity">${escaped(statement.issuer)}</saml:Issuer>`;
  const unsigned =
    `<ns2:Response ID="${id()}" Version="2.0" IssueInstant="${issued}" Destination="${escaped(statement.destination)}">${issuer}` +
    '<ns2:Status><ns2:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success" /></ns2:Status>' +
    `<saml:Assertion Version="2.0" ID="${assertionId}" IssueInstant="${issued}">${issuer}${signature(assertionId)}` +
    `<saml:Subject><saml:NameID>${escaped(statement.attributes.openstack_user?.[0] ?? '')}</saml:NameID>` +
    '<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">' +
    `<saml:SubjectConfirmationData NotOnOrAfter="${until}" Recipient="${escaped(statement.destination)}" /></saml:SubjectConfirmation></saml:Subject>` +
    `<saml:AuthnStatement AuthnInstant="${issued}" SessionIndex="${id()}" SessionNotOnOrAfter="${until}"><saml:AuthnContext>` +
    '<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef>' +
    `<saml:AuthenticatingAuthority>${escaped(statement.issuer)}</saml:AuthenticatingAuthority></saml:AuthnContext></saml:AuthnStatement>` +
    `<saml:AttributeStatement>${Object.entries(statement.attributes).map(attribute).join('')}</saml:AttributeStatement>` +
    '</saml:Assertion></ns2:Response>';
  return unsigned.replace(VALUE, (_, open: string, __, close: string) => `${open}${sign(unsigned, key)}${close}`);
}

/** The response in the envelope that a provider takes (SAML 2.0, ECP profile). */
export function ecpEnvelope(statement: Statement, key: SigningKey): string {
  return (
    '<ns0:Envelope xmlns:ns0="http://schemas.xmlsoap.org/soap/envelope/" xmlns:ns1="urn:oasis:names:tc:SAML:2.0:profiles:SSO:ecp" ' +
    'xmlns:ns2="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ' +
    'xmlns:xmldsig="http://www.w3.org/2000/09/xmldsig#" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">' +
    '<ns0:Header><ns1:RelayState ns0:mustUnderstand="1" ns0:actor="http://schemas.xmlsoap.org/soap/actor/next">' +
    `${escaped(statement.relayState)}</ns1:RelayState></ns0:Header><ns0:Body>${samlResponse(statement, key)}</ns0:Body></ns0:Envelope>`
  );
}

/** What a provider reads out of an envelope. */
export interface Presented {
  readonly id: string;
  readonly destination: string;
  readonly relayState: string;
  /** Milliseconds since the epoch, like the next one. */
  readonly issuedAt: number;
  readonly notOnOrAfter: number;
  readonly attributes: ReadonlyMap<string, readonly string[]>;
  /** Whether every byte of the response is as it was signed. */
  readonly genuine: boolean;
}

/** Undefined for what is no envelope with a response in it. */
export function readEnvelope(body: string, key: SigningKey): Presented | undefined {
  const response =
    /<ns0:Envelope [\s\S]*<ns0:Body>(<ns2:Response [\s\S]*<\/ns2:Response>)<\/ns0:Body><\/ns0:Envelope>\s*$/.exec(
      body,
    )?.[1];
  const [, id, destination] = /^<ns2:Response ID="([^"]*)"[^>]* Destination="([^"]*)"/.exec(response ?? '') ?? [];
  if (response === undefined || id === undefined || destination === undefined) return undefined;
  const value = VALUE.exec(response)?.[2];
  const blank = response.replace(VALUE, '$1$3');
  return {
    id,
    destination: unescaped(destination),
    relayState: unescaped(/<ns1:RelayState [^>]*>([^<]*)</.exec(body)?.[1] ?? ''),
    issuedAt: Date.parse(/IssueInstant="([^"]*)"/.exec(response)?.[1] ?? '') || 0,
    notOnOrAfter: Date.parse(/NotOnOrAfter="([^"]*)"/.exec(response)?.[1] ?? '') || 0,
    attributes: attributesOf(response),
    genuine: value === sign(blank, key),
  };
}

function sign(text: string, key: SigningKey): string {
  return (
    createHmac('sha512', key)
      .update(text)
      .digest('base64')
      .match(/.{1,64}/g)
      ?.join('\n') ?? ''
  );
}

function attribute([name, values]: readonly [string, readonly string[]]): string {
  const inner = values.map(
    (value) =>
      `<saml:AttributeValue xsi:type="xs:string" xmlns:xs="http://www.w3.org/2001/XMLSchema">${escaped(value)}</saml:AttributeValue>`,
  );
  return `<saml:Attribute Name="${name}" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri">${inner.join('')}</saml:Attribute>`;
}

function attributesOf(response: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [, name, inner] of response.matchAll(
    /<saml:Attribute Name="([^"]*)"[^>]*>([\s\S]*?)<\/saml:Attribute>/g,
  )) {
    const values = [...(inner ?? '').matchAll(/<saml:AttributeValue [^>]*>([^<]*)</g)];
    found.set(
      name ?? '',
      values.map(([, value]) => unescaped(value ?? '')),
    );
  }
  return found;
}

/** The signature's element with its value left out, and a certificate that is only as long as a real one. */
function signature(reference: string): string {
  const algorithm = (name: string) => `Algorithm="http://www.w3.org/${name}"`;
  const certificate = randomFrom('certificate').bytes(780).toString('base64');
  return (
    `<xmldsig:Signature><xmldsig:SignedInfo><xmldsig:CanonicalizationMethod ${algorithm('2001/10/xml-exc-c14n#')} />` +
    `<xmldsig:SignatureMethod ${algorithm('2000/09/xmldsig#rsa-sha1')} /><xmldsig:Reference URI="#${reference}"><xmldsig:Transforms>` +
    `<xmldsig:Transform ${algorithm('2000/09/xmldsig#enveloped-signature')} /><xmldsig:Transform ${algorithm('2001/10/xml-exc-c14n#')} />` +
    `</xmldsig:Transforms><xmldsig:DigestMethod ${algorithm('2000/09/xmldsig#sha1')} />` +
    `<xmldsig:DigestValue>${randomBytes(20).toString('base64')}</xmldsig:DigestValue></xmldsig:Reference></xmldsig:SignedInfo>` +
    '<xmldsig:SignatureValue></xmldsig:SignatureValue><xmldsig:KeyInfo><xmldsig:X509Data>\n' +
    `<xmldsig:X509Certificate>${certificate.match(/.{1,64}/g)?.join('\n')}\n</xmldsig:X509Certificate></xmldsig:X509Data></xmldsig:KeyInfo></xmldsig:Signature>`
  );
}
