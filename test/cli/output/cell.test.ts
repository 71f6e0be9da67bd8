import { describe, expect, it } from 'vitest';
import { humanText, machineText } from '../../../src/cli/output/cell.ts';

describe('a value for people', () => {
  it('is what openstack shows for nothing, truth and numbers', () => {
    expect([undefined, null, true, false, 0, 1.5, ''].map((value) => humanText(value, 'text'))).toEqual([
      '',
      'None',
      'True',
      'False',
      '0',
      '1.5',
      '',
    ]);
  });

  it('has a server’s addresses by network', () => {
    const addresses = {
      storage: [{ addr: '2001:db8::1', version: 6 }],
      net: [{ addr: '192.0.2.1' }, { addr: '10.0.0.2' }],
    };
    expect(humanText(addresses, 'addresses')).toBe('net=10.0.0.2, 192.0.2.1; storage=2001:db8::1');
  });

  it('has a volume’s attachments in words', () => {
    const attachments = [
      { server_id: 's-1', device: '/dev/vdb' },
      { server_id: 's-2', device: null },
    ];
    expect(humanText(attachments, 'attachments')).toBe('Attached to s-1 on /dev/vdb\nAttached to s-2');
  });

  it('has fixed IPs and routes as pairs, a line each', () => {
    const fixedIps = [
      { subnet_id: 's', ip_address: '10.0.0.1' },
      { subnet_id: 't', ip_address: '10.0.1.1' },
    ];
    expect(humanText(fixedIps, 'fixed_ips')).toBe(
      "ip_address='10.0.0.1', subnet_id='s'\nip_address='10.0.1.1', subnet_id='t'",
    );
    expect(humanText([{ destination: '10.0.0.0/8', nexthop: '10.1.0.1' }], 'maps')).toBe(
      "destination='10.0.0.0/8', nexthop='10.1.0.1'",
    );
  });

  it('has a map as pairs by key, inner maps by their path', () => {
    expect(humanText({ b: 1, a: { y: null, x: true }, e: {} }, 'map')).toBe("a.x='True', a.y=, b='1', e='{}'");
  });

  it('has lists sorted, pools as ranges, JSON as JSON', () => {
    expect(humanText(['b', 'a'], 'list')).toBe('a, b');
    expect(humanText([], 'list')).toBe('');
    expect(
      humanText(
        [
          { start: '10.0.0.2', end: '10.0.0.9' },
          { start: '10.0.0.20', end: '10.0.0.29' },
        ],
        'pools',
      ),
    ).toBe('10.0.0.2-10.0.0.9,10.0.0.20-10.0.0.29');
    expect(humanText({ network_id: 'n' }, 'json')).toBe('{"network_id":"n"}');
    expect(humanText(null, 'json')).toBe('null');
  });

  it('has the names of power states, admin states and router types', () => {
    expect([0, 1, 4, 99].map((state) => humanText(state, 'power_state'))).toEqual([
      'NOSTATE',
      'Running',
      'Shutdown',
      '99',
    ]);
    expect([true, false].map((state) => humanText(state, 'admin_state'))).toEqual(['UP', 'DOWN']);
    expect([true, false].map((external) => humanText(external, 'router_type'))).toEqual(['External', 'Internal']);
  });

  it('shows a value of another shape than its kind has without failing', () => {
    expect(humanText('odd', 'addresses')).toBe('odd');
    expect(humanText({ net: '10.0.0.1' }, 'addresses')).toBe('net=10.0.0.1');
    expect(humanText(['odd', null], 'attachments')).toBe('odd\nNone');
    expect(humanText({ a: 1 }, 'pools')).toBe("a='1'");
    expect(humanText('true', 'admin_state')).toBe('true');
  });
});

describe('a value for programs', () => {
  it('is text as it is, Python’s words for truth, and JSON for what has parts', () => {
    const values = ['a b', 3, true, null, undefined, ['x', 1], { k: null }];
    expect(values.map((value) => machineText(value, 'text', 'None'))).toEqual([
      'a b',
      '3',
      'True',
      'None',
      '',
      '["x",1]',
      '{"k":null}',
    ]);
    expect(machineText(null, 'text', '')).toBe('');
  });

  it('has only the addresses of a server, by network', () => {
    expect(machineText({ net: [{ addr: '10.0.0.2', version: 4 }] }, 'addresses', 'None')).toBe('{"net":["10.0.0.2"]}');
  });
});
