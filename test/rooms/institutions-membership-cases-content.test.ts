import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { marksFor } from '../../subgraphs/institutions/case-reviews/opinion-marks.js';
import { reviewChecklist } from '../../subgraphs/institutions/case-reviews/review-checklist.presets.js';
import {
  countVotes,
  isPassed,
  isReviewSize,
  stepsOfConclusion,
} from '../../subgraphs/institutions/case-reviews/review-conclusion.js';
import { conflictOfInterest } from '../../subgraphs/institutions/experts/conflict-of-interest.js';
import { admissionRules } from '../../subgraphs/institutions/membership-cases/admission-rules.js';
import {
  creditCodeCheckCharacter,
  isCreditCode,
} from '../../subgraphs/institutions/membership-cases/credit-code.js';

const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY'.split('');
const first17 = fc
  .array(fc.constantFrom(...alphabet), { minLength: 17, maxLength: 17 })
  .map((characters) => characters.join(''));

describe('a unified social credit code', () => {
  test('is taken as the standard gives it, and not with another check character or a letter it leaves out', () => {
    expect(isCreditCode('91350100M000100Y43')).toBe(true);
    expect(isCreditCode('91350100M000100Y44')).toBe(false);
    for (const text of ['', '91350100M000100Y4', '91350100M000100Y433', '9135010OM000100Y43'])
      expect(isCreditCode(text)).toBe(false);
  });

  test('has one check character, and any single wrong character is found', () => {
    fc.assert(
      fc.property(first17, fc.nat(17), fc.constantFrom(...alphabet), (first, place, other) => {
        const code = first + creditCodeCheckCharacter(first);
        expect(isCreditCode(code)).toBe(true);
        const changed = code.slice(0, place) + other + code.slice(place + 1);
        expect(isCreditCode(changed)).toBe(changed === code);
      }),
    );
  });

  test('is refused where two neighbours have changed places', () => {
    fc.assert(
      fc.property(first17, fc.nat(15), (first, place) => {
        const code = first + creditCodeCheckCharacter(first);
        const swapped =
          code.slice(0, place) + code.charAt(place + 1) + code.charAt(place) + code.slice(place + 2);
        expect(isCreditCode(swapped)).toBe(swapped === code);
      }),
    );
  });
});

describe('the result of a review', () => {
  const votes = fc.array(fc.constantFrom('PASS', 'FAIL', null), { maxLength: 25 });

  test('is passed by more than half of all assigned experts and by nothing less', () => {
    fc.assert(
      fc.property(votes, (cast) => {
        const counted = countVotes(cast);
        const yes = cast.filter((vote) => vote === 'PASS').length;
        expect(counted.pass + counted.fail + counted.open).toBe(cast.length);
        expect(isPassed(counted)).toBe(yes > cast.length - yes);
      }),
    );
  });

  test('never changes for the worse by one more vote to pass', () => {
    fc.assert(
      fc.property(votes, (cast) => {
        const better = countVotes(cast.map((vote, place) => (place === 0 ? 'PASS' : vote)));
        expect(isPassed(countVotes(cast)) && !isPassed(better)).toBe(false);
      }),
    );
  });

  test('takes an odd number of experts, three at least', () => {
    const sizes = [0, 1, 2, 3, 4, 5, 6, 7].filter((count) => isReviewSize(count, admissionRules));
    expect(sizes).toEqual([3, 5, 7]);
  });

  test('approves by itself only where the standing council has given its approval away', () => {
    expect(stepsOfConclusion(true, admissionRules)).toEqual(['concludeCaseReview']);
    const off = { ...admissionRules, approvalByStandingCouncil: false };
    expect(stepsOfConclusion(true, off)).toEqual(['concludeCaseReview', 'approveMembershipCase']);
    for (const rules of [admissionRules, off])
      expect(stepsOfConclusion(false, rules)).toEqual(['failCaseReview']);
  });
});

describe('the marks of an opinion', () => {
  const all = reviewChecklist.items.map(({ code }) => ({ item: code, mark: 'MET' }));

  test('cover a checklist of eight to twelve items with an article of the charter each', () => {
    expect(reviewChecklist.items.length).toBeGreaterThanOrEqual(8);
    expect(reviewChecklist.items.length).toBeLessThanOrEqual(12);
    for (const { article, zh, en } of reviewChecklist.items) {
      expect(article).toMatch(/^art\. \d/);
      expect([zh, en]).not.toContain('');
    }
  });

  test('are kept in the order of the checklist, whatever order they come in', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (given) => {
        const kept = marksFor(reviewChecklist.items, given);
        expect(kept.map(({ item }) => item)).toEqual(all.map(({ item }) => item));
      }),
    );
  });

  test('are refused with every item that is missing, repeated or unknown', () => {
    const given = [...all.slice(1), { item: 'QUALITY', mark: 'MET' }, { item: 'CANTEEN', mark: 'MET' }];
    expect(() => marksFor(reviewChecklist.items, given)).toThrow('LEGAL_PERSON, QUALITY, CANTEEN');
  });
});

describe('a conflict of interest', () => {
  const expert = { id: 'e', subject: 's', institutionId: 'works-at', nominatedBy: 'nominated-by' };
  const bond = { expertId: 'e', institutionId: 'i', validFrom: '2026-01-10', validTo: '2026-02-01' };
  const between = (judged: { institutionId: string; applicant?: string }, date = '2026-01-15') =>
    conflictOfInterest(expert, judged, [bond], date);

  test('is the own institution, the nominating one, the own application, and what was declared', () => {
    expect(between({ institutionId: 'works-at' })).toBe('SAME_INSTITUTION');
    expect(between({ institutionId: 'nominated-by' })).toBe('NOMINATED_BY_IT');
    expect(between({ institutionId: 'x', applicant: 's' })).toBe('OWN_APPLICATION');
    expect(between({ institutionId: 'i' })).toBe('DECLARED');
    expect(between({ institutionId: 'x', applicant: 'other' })).toBeUndefined();
  });

  test('that was declared holds in its half-open interval, for that expert alone', () => {
    const days = ['2026-01-09', '2026-01-10', '2026-01-31', '2026-02-01'];
    const held = days.map((date) => between({ institutionId: 'i' }, date));
    expect(held).toEqual([undefined, 'DECLARED', 'DECLARED', undefined]);
    const other = { ...expert, id: 'other' };
    expect(conflictOfInterest(other, { institutionId: 'i' }, [bond], '2026-01-15')).toBeUndefined();
    const open = { ...bond, validTo: null };
    expect(conflictOfInterest(expert, { institutionId: 'i' }, [open], '2099-01-01')).toBe('DECLARED');
  });
});
