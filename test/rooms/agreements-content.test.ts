import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  agreementContent,
  agreementHash,
  type AgreementContent,
} from '../../subgraphs/agreements/agreements/agreement-content.js';
import { stateOn, type AgreementDates } from '../../subgraphs/agreements/agreements/agreement-state.js';
import { consumedOf, knownCredits, remainingOf } from '../../subgraphs/agreements/ledger/remaining-credit.js';

const content: AgreementContent = {
  kind: 'CREDIT_CONVERSION',
  title: '学分转换协议',
  partyIds: ['inst_b', 'inst_a'],
  effectiveFrom: '2026-03-01',
  effectiveTo: '2029-03-01',
  terms: [
    { fromScheme: 'ECTS', toScheme: 'CN-16', numerator: 2, denominator: 3 },
    { fromScheme: 'CN-16', toScheme: 'ECTS', numerator: 3, denominator: 2 },
  ],
  note: null,
};

describe('the content hash of an agreement', () => {
  test('does not depend on the order in which parties and terms are named', () => {
    const turned = {
      ...content,
      partyIds: ['inst_a', 'inst_b', 'inst_a'],
      terms: [...content.terms].reverse(),
    };
    expect(agreementHash(agreementContent(turned))).toBe(agreementHash(agreementContent(content)));
  });

  test('changes with every part of the content', () => {
    const changes: Partial<AgreementContent>[] = [
      { title: '另一份协议' },
      { effectiveFrom: '2026-03-02' },
      { effectiveTo: null },
      { partyIds: ['inst_a', 'inst_c'] },
      { note: '附注' },
      { terms: [{ fromScheme: 'ECTS', toScheme: 'CN-16', numerator: 2, denominator: 4 }] },
    ];
    const hashes = [{}, ...changes].map((change) =>
      agreementHash(agreementContent({ ...content, ...change })),
    );
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  test('is the SHA-256 of the canonical JSON', () => {
    expect(agreementHash(agreementContent(content))).toMatch(/^sha256:[0-9a-f]{64}$/);
  });
});

describe('the state of an agreement on a date', () => {
  const signed: AgreementDates = {
    state: 'SIGNED',
    respondBy: '2026-02-01',
    effectiveFrom: '2026-03-01',
    effectiveTo: '2029-03-01',
    terminatesOn: null,
  };

  test('follows the calendar without a step, in half-open intervals', () => {
    expect(stateOn(signed, '2026-02-28')).toBe('SIGNED');
    expect(stateOn(signed, '2026-03-01')).toBe('EFFECTIVE');
    expect(stateOn(signed, '2029-02-28')).toBe('EFFECTIVE');
    expect(stateOn(signed, '2029-03-01')).toBe('EXPIRED');
    expect(stateOn({ ...signed, effectiveTo: null }, '2099-01-01')).toBe('EFFECTIVE');
  });

  test('ends by notice on the day that the notice names', () => {
    const ended = { ...signed, terminatesOn: '2027-01-01' };
    expect(stateOn(ended, '2026-12-31')).toBe('EFFECTIVE');
    expect(stateOn(ended, '2027-01-01')).toBe('TERMINATED');
    expect(stateOn(ended, '2030-01-01')).toBe('TERMINATED');
  });

  test('lapses when nobody answered by the last day', () => {
    const proposed: AgreementDates = { ...signed, state: 'PROPOSED' };
    expect(stateOn(proposed, '2026-02-01')).toBe('PROPOSED');
    expect(stateOn(proposed, '2026-02-02')).toBe('LAPSED');
    expect(stateOn({ ...proposed, state: 'REJECTED' }, '2026-02-02')).toBe('REJECTED');
  });
});

describe('what is left of a deposit', () => {
  test('is never computed from credits that were not obtained', () => {
    for (const unknown of [undefined, null, {}, { amount: '3' }, { amount: 'x', scheme: 'CN-16' }]) {
      expect(() => knownCredits(unknown as never)).toThrow(
        expect.objectContaining({ code: 'UPSTREAM_UNAVAILABLE' }),
      );
    }
  });

  test('is all of it for a deposit that was never used, and nothing once it is revoked', () => {
    const credits = { amount: '3.5', scheme: 'CN-16' };
    expect(remainingOf(credits, null)).toEqual(credits);
    expect(consumedOf(credits, null)).toEqual({ amount: '0', scheme: 'CN-16' });
    const used = { reserved: '0.500000', consumed: '1.000000', revokedAt: null };
    expect(remainingOf(credits, used)).toEqual({ amount: '2', scheme: 'CN-16' });
    expect(remainingOf(credits, { ...used, revokedAt: new Date() })).toEqual({
      amount: '0',
      scheme: 'CN-16',
    });
  });

  test('adds up exactly with what is reserved and consumed', () => {
    const amount = fc.integer({ min: 0, max: 1_000_000 }).map((value) => (value / 100).toFixed(2));
    fc.assert(
      fc.property(amount, amount, amount, (left, reserved, consumed) => {
        const cents = (text: string) => BigInt(Math.round(Number(text) * 100));
        const all = (cents(left) + cents(reserved) + cents(consumed)).toString().padStart(3, '0');
        const credits = { amount: `${all.slice(0, -2)}.${all.slice(-2)}`, scheme: 'CN-16' };
        const rest = remainingOf(credits, { reserved, consumed });
        expect(cents(rest.amount)).toBe(cents(left));
      }),
    );
  });
});
