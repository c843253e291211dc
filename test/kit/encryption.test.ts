import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import { createFieldCipher } from '../../subgraphs/kit/room/encryption/field-cipher.js';
import { symmetricKeysById } from '../../subgraphs/kit/base/config/setting-values.js';
import { mask } from '../../subgraphs/kit/room/encryption/mask.js';

const first = randomBytes(32).toString('base64');
const second = randomBytes(32).toString('base64');
const lookupKey = randomBytes(32).toString('base64');
const number = '11010519491231002X';
const context = 'person_identity.value:pid_1';

const old = createFieldCipher({ keys: { k1: first }, current: 'k1', lookupKey });
const rotated = createFieldCipher({ keys: { k1: first, k2: second }, current: 'k2', lookupKey });

function codeOf(work: () => unknown): string | null {
  try {
    work();
    return null;
  } catch (error) {
    return error instanceof AmrloError ? error.code : String(error);
  }
}

describe('an encrypted column', () => {
  test('opens to what was sealed, in its context', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (plain, where) => {
        expect(rotated.open(rotated.seal(plain, where), where)).toBe(plain);
      }),
    );
  });

  test('has the documented form and never looks the same twice', () => {
    const sealed = old.seal(number, context);
    expect(sealed).toMatch(/^v1\.k1\.[\w-]{16}\.[\w-]+$/);
    expect(sealed).not.toBe(old.seal(number, context));
  });

  test('does not open in another row or column', () => {
    const sealed = old.seal(number, context);
    expect(codeOf(() => old.open(sealed, 'person_identity.value:pid_2'))).toBe('CIPHERTEXT_INVALID');
  });

  test('does not open after any character was changed', () => {
    const sealed = old.seal(number, context);
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = sealed.slice(0, at) + (sealed[at] === 'A' ? 'B' : 'A') + sealed.slice(at + 1);
      expect(['CIPHERTEXT_INVALID', 'CIPHER_KEY_UNKNOWN']).toContain(
        codeOf(() => old.open(changed, context)),
      );
    }
  });

  test('does not open when it was cut, extended or relabelled to another key', () => {
    const sealed = old.seal(number, context);
    for (const wrong of [
      '',
      number,
      sealed.slice(0, -1),
      `${sealed}A`,
      sealed.replace('v1', 'v2'),
      'v1.k1..',
    ]) {
      expect(codeOf(() => old.open(wrong, context))).toBe('CIPHERTEXT_INVALID');
    }
    const twins = createFieldCipher({ keys: { k1: first, k2: first }, current: 'k1', lookupKey });
    expect(codeOf(() => twins.open(twins.seal(number, context).replace('.k1.', '.k2.'), context))).toBe(
      'CIPHERTEXT_INVALID',
    );
  });

  test('names the missing key when it is no longer configured', () => {
    const newOnly = createFieldCipher({ keys: { k2: second }, current: 'k2', lookupKey });
    expect(() => newOnly.open(old.seal(number, context), context)).toThrow('"k1"'.replaceAll('"', ''));
    expect(codeOf(() => newOnly.open(old.seal(number, context), context))).toBe('CIPHER_KEY_UNKNOWN');
  });

  test('is read with its old key and sealed anew with the current one during a rotation', () => {
    const sealed = old.seal(number, context);
    expect(old.needsRotation(sealed)).toBe(false);
    expect(rotated.needsRotation(sealed)).toBe(true);
    const anew = rotated.seal(rotated.open(sealed, context), context);
    expect(rotated.needsRotation(anew)).toBe(false);
    expect(rotated.open(anew, context)).toBe(number);
  });

  test('is found by a keyed hash that ignores the way of writing and survives a rotation', () => {
    const hash = old.lookup(number);
    expect(hash).toMatch(/^[\w-]{43}$/);
    expect(rotated.lookup(' 110105 19491231 002x ')).toBe(hash);
    expect(old.lookup('１１０１０５１９４９１２３１００２Ｘ')).toBe(hash);
    expect(old.lookup('11010519491231003X')).not.toBe(hash);
    expect(old.lookup(number, 'passport')).not.toBe(hash);
    const stranger = createFieldCipher({ keys: { k1: first }, current: 'k1', lookupKey: second });
    expect(stranger.lookup(number)).not.toBe(hash);
  });

  test('never names the plain text in an error', () => {
    const sealed = old.seal(number, context);
    for (const work of [() => old.open(sealed, 'other'), () => old.open(number, context)]) {
      expect(work).toThrow(expect.not.objectContaining({ message: expect.stringContaining(number) }));
    }
  });
});

describe('the key setting', () => {
  test('is read in order', () => {
    const keys = symmetricKeysById().parse(`k1:${first}, k2:${second}`);
    expect([...keys.keys()]).toEqual(['k1', 'k2']);
    expect(createFieldCipher({ keys, current: 'k2', lookupKey }).open(rotated.seal('x', 'y'), 'y')).toBe('x');
  });

  test.each(['', `k1:${first},`, first, `k1:${first},k1:${second}`, 'k1:', 'k1:***', 'k1:c2hvcnQ='])(
    'is refused when it is wrong, and the refusal does not repeat it (%#)',
    (text) => {
      const { success, error } = symmetricKeysById().safeParse(text);
      expect(success).toBe(false);
      expect(error!.message).not.toContain(first);
    },
  );

  test('must hold the current key and a lookup key of full length', () => {
    expect(() => createFieldCipher({ keys: { k1: first }, current: 'k9', lookupKey })).toThrow(
      'the current key "k9"',
    );
    expect(() => createFieldCipher({ keys: { k1: first }, current: 'k1', lookupKey: 'AAAA' })).toThrow(
      'the lookup key has 3 bytes',
    );
  });
});

describe('a masked value', () => {
  test.each([
    [number, '110*************2X'],
    ['13812345678', '138******78'],
    ['E12345678', 'E*******8'],
    ['1234', '1***'],
    ['7', '*'],
    ['', ''],
    ['张三丰', '张**'],
  ])('shows little of %p', (value, masked) => {
    expect(mask(value)).toBe(masked);
  });

  test('keeps its length and shows half of it at most', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '9', '张') }), (value) => {
        const masked = mask(value);
        expect(Array.from(masked)).toHaveLength(Array.from(value).length);
        expect(Array.from(masked).filter((character) => character !== '*').length).toBeLessThanOrEqual(
          value.length / 2,
        );
      }),
    );
  });
});
