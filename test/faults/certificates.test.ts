import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Certificates, makeCertificates } from '../support/certificates.ts';
import { wheres } from './expected.ts';
import { type Lane, openLane } from './lanes.ts';
import { certificateRows } from './rows.ts';

let made: Certificates;
let lane: Lane;

beforeAll(async () => {
  made = makeCertificates();
  const certificates = {
    right: made.issue('IP:127.0.0.1'),
    expired: made.issue('IP:127.0.0.1', ['20200101000000Z', '20200201000000Z']),
    'other-name': made.issue('DNS:elsewhere.example'),
    'unknown-ca': made.selfSigned('IP:127.0.0.1'),
  };
  lane = await openLane({ idle: 60, timeout: 60, sandbox: { certificates }, env: { OS_CACERT: made.caFile } });
}, 120_000);

afterAll(async () => {
  await lane.close();
  made.remove();
});

describe.each(certificateRows)('$name', (row) => {
  it.each(wheres)('%s', async (where) => {
    const { seen, wanted } = await lane.meet(row, where);
    expect(seen).toEqual(wanted);
  });
});
