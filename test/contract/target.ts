/** The clouds on which the contract is tested. */
import { startSandbox } from '../../src/sandbox/sandbox.ts';

export interface TargetCloud {
  readonly name: string;
  /** The Apache module in front of Keystone; `idp` for home. */
  readonly saml: 'idp' | 'shibboleth' | 'mellon';
  readonly region: string;
  /** Where each service is, without a version. */
  readonly identity: string;
  readonly compute: string;
  readonly volume: string;
  readonly image: string;
  readonly network: string;
  readonly placement: string;
}

export interface Target {
  readonly kind: 'sandbox' | 'testbed';
  readonly home: TargetCloud;
  readonly providers: readonly TargetCloud[];
  /** The most that a page holds. */
  readonly pageSize: number;
  close(): Promise<void>;
}

export const PASSWORDS = { alice: 'alice-secret', bob: 'bob-secret', carol: 'carol-secret' } as const;
export const HOME_PROJECTS = { alice: 'research', bob: 'teaching', carol: 'teaching' } as const;
export const APPLICATION_CREDENTIAL = { user: 'alice', name: 'alice-fed', secret: 'alice-app-secret' } as const;

/** Whether the real clouds are wanted. */
export const onTestbed = process.env.FED_TESTBED === '1';

export function openTarget(): Promise<Target> {
  return onTestbed ? Promise.resolve(testbed()) : sandbox();
}

async function sandbox(): Promise<Target> {
  const running = await startSandbox();
  const clouds = running.clouds.map(
    ({ name, region, saml, url }): TargetCloud => ({
      name,
      saml,
      region,
      identity: `${url}/identity`,
      compute: `${url}/compute`,
      volume: `${url}/volume`,
      image: `${url}/image`,
      network: `${url}/network`,
      placement: `${url}/placement`,
    }),
  );
  return {
    kind: 'sandbox',
    home: clouds[0] as TargetCloud,
    providers: clouds.slice(1),
    pageSize: 25,
    close: () => running.close(),
  };
}

function testbed(): Target {
  const cloud = (name: string, saml: TargetCloud['saml'], ip: string, region: string): TargetCloud => ({
    name,
    saml,
    region,
    identity: `http://${ip}:5000`,
    compute: `http://${ip}:8774`,
    volume: `http://${ip}:8776`,
    image: `http://${ip}:9292`,
    network: `http://${ip}:9696`,
    placement: `http://${ip}:8778`,
  });
  return {
    kind: 'testbed',
    home: cloud('home', 'idp', '127.0.0.1', 'HomeRegion'),
    providers: [cloud('sp-a', 'shibboleth', '127.0.0.2', 'RegionA'), cloud('sp-b', 'mellon', '127.0.0.3', 'RegionB')],
    pageSize: 25,
    close: async () => {},
  };
}
