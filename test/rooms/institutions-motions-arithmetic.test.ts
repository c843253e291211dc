import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { MotionThreshold } from '../../subgraphs/institutions/motions/motion-consequence.js';
import {
  isCarried,
  isQuorate,
  isSettled,
  votesCast,
  type MotionCounts,
} from '../../subgraphs/institutions/motions/motion-result.js';

const thresholds: MotionThreshold[] = ['SIMPLE_MAJORITY', 'TWO_THIRDS_OF_ELECTORATE'];

/** An electorate and votes that it could have cast. */
const votes = (most: number) =>
  fc
    .tuple(fc.nat(most), fc.nat(most), fc.nat(most), fc.nat(most))
    .filter(([yes, no, abstain, silent]) => yes + no + abstain + silent > 0)
    .map(([yes, no, abstain, silent]) => ({ electorate: yes + no + abstain + silent, yes, no, abstain }));

describe('a simple majority', () => {
  test.each<[number, MotionCounts, boolean]>([
    [10, { yes: 4, no: 2, abstain: 0 }, true],
    [10, { yes: 3, no: 3, abstain: 0 }, false],
    [10, { yes: 3, no: 1, abstain: 2 }, false],
    [10, { yes: 5, no: 0, abstain: 0 }, false],
    [1, { yes: 1, no: 0, abstain: 0 }, true],
  ])('of %i electors with %j is carried: %s', (electorate, counts, carried) => {
    expect(isCarried('SIMPLE_MAJORITY', electorate, counts)).toBe(carried);
  });

  test('is more than half of those who voted, who are more than half of those who may', () => {
    fc.assert(
      fc.property(votes(40), ({ electorate, ...counts }) => {
        const majority = BigInt(counts.yes) * 2n > BigInt(votesCast(counts));
        expect(isCarried('SIMPLE_MAJORITY', electorate, counts)).toBe(
          majority && isQuorate(electorate, counts),
        );
      }),
    );
  });
});

describe('two thirds of the electorate', () => {
  test.each([
    [3, 2, true],
    [4, 2, false],
    [4, 3, true],
    [30, 20, true],
    [31, 20, false],
    [100, 66, false],
    [100, 67, true],
  ])('of %i are reached by %i yes: %s', (electorate, yes, carried) => {
    expect(isCarried('TWO_THIRDS_OF_ELECTORATE', electorate, { yes, no: 0, abstain: 0 })).toBe(carried);
  });

  test('are never reached by fewer, whoever abstains or stays away', () => {
    fc.assert(
      fc.property(votes(1_000_000), ({ electorate, ...counts }) => {
        const reached = 3n * BigInt(counts.yes) >= 2n * BigInt(electorate);
        expect(isCarried('TWO_THIRDS_OF_ELECTORATE', electorate, counts)).toBe(reached);
      }),
    );
  });
});

test.each(thresholds)('with %s a vote is settled exactly when no missing vote can change it', (threshold) => {
  fc.assert(
    fc.property(votes(6), ({ electorate, ...counts }) => {
      const open = electorate - votesCast(counts);
      const outcomes = new Set<boolean>();
      for (let yes = 0; yes <= open; yes += 1) {
        for (let no = 0; yes + no <= open; no += 1) {
          for (let abstain = 0; yes + no + abstain <= open; abstain += 1) {
            const ending = { yes: counts.yes + yes, no: counts.no + no, abstain: counts.abstain + abstain };
            outcomes.add(isCarried(threshold, electorate, ending));
          }
        }
      }
      expect(isSettled(threshold, electorate, counts)).toBe(outcomes.size === 1);
    }),
  );
});
