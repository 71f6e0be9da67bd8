import { describe, expect, it } from 'vitest';
import { tokenKey } from '../../src/store/token-key.ts';

const machine = Buffer.alloc(32, 'm');
const key = (identity: string, password: string, from = machine) => tokenKey(from, identity, Buffer.from(password));
const machinePart = ({ id }: { id: string }) => id.slice(0, 12);
const check = ({ id }: { id: string }) => Number.parseInt(id.slice(12), 16);

describe('the key of an identity', () => {
  it('has nothing of the password but 16 bits, which make another id', () => {
    const [right, wrong] = [key('alice', 'correct horse'), key('alice', 'battery staple')];
    expect(right.id).toMatch(/^[0-9a-f]{16}$/);
    expect(machinePart(wrong)).toBe(machinePart(right));
    expect(check(wrong)).not.toBe(check(right));
    // Whatever could be told from the rest would be told to a thief of the key.
    expect(wrong.secret).toEqual(right.secret);
  });

  it('lets one of 65,536 wrong passwords pass, and no more', () => {
    const right = check(key('alice', 'correct horse'));
    const passed = Array.from({ length: 100_000 }, (_, guess) => check(key('alice', `guess ${guess}`)));
    expect(passed.filter((each) => each === right).length).toBeLessThan(20);
    expect(new Set(passed).size).toBeGreaterThan(50_000);
  });

  it('says the same 16 bits of a password for all identities, so that they do not add up', () => {
    const between = (identity: string) => check(key(identity, 'one')) ^ check(key(identity, 'two'));
    expect(between('bob')).toBe(between('alice'));
  });

  it('does not show without the key of the machine who has the same password', () => {
    expect(check(key('bob', 'correct horse'))).not.toBe(check(key('alice', 'correct horse')));
  });

  it('is another for another identity, and on another machine', () => {
    const alice = key('alice', 'correct horse');
    for (const other of [key('bob', 'correct horse'), key('alice', 'correct horse', Buffer.alloc(32, 'n'))]) {
      expect(machinePart(other)).not.toBe(machinePart(alice));
      expect(other.secret).not.toEqual(alice.secret);
    }
  });
});
