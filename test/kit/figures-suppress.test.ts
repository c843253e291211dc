import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { suppressCount, suppressParts } from '../../subgraphs/kit/room/figures/suppress.js';

const parts = fc.array(fc.oneof(fc.integer({ min: 0, max: 25 }), fc.integer({ min: 0, max: 5_000 })), {
  maxLength: 7,
});
const tens = (count: number) => Math.floor(count / 10) * 10;
const values = (shown: readonly { value: number | null }[]) => shown.map(({ value }) => value);

test('a figure about fewer than ten people is hidden, one about nobody is shown', () => {
  expect([0, 1, 9, 10].map((count) => suppressCount(count).value)).toEqual([0, null, null, 10]);
});

test('one hidden part takes the next smallest with it, so that the total does not give it away', () => {
  const { total, parts: shown } = suppressParts([120, 4, 30, 0]);
  expect(total).toEqual({ value: 150, suppressed: false });
  expect(values(shown)).toEqual([120, null, null, 0]);
});

test('hidden parts that are fewer than ten people together take one more with them', () => {
  expect(values(suppressParts([3, 4, 50, 60]).parts)).toEqual([null, null, null, 60]);
  expect(values(suppressParts([6, 7, 50, 60]).parts)).toEqual([null, null, 50, 60]);
});

test('a total of fewer than ten is hidden with all its parts', () => {
  const { total, parts: shown } = suppressParts([5, 0, 3]);
  expect([total.value, ...values(shown)]).toEqual([null, null, 0, null]);
});

test('what is shown is true in whole tens, and is never about one to nine people', () => {
  fc.assert(
    fc.property(parts, (counts) => {
      const { total, parts: shown } = suppressParts(counts);
      const all = [
        { count: counts.reduce((sum, count) => sum + count, 0), shown: total },
        ...counts.map((count, place) => ({ count, shown: shown[place]! })),
      ];
      for (const one of all) {
        expect(one.shown.suppressed).toBe(one.shown.value === null);
        if (one.shown.value === null) continue;
        expect(one.shown.value).toBe(tens(one.count));
        expect(one.count === 0 || one.count >= 10).toBe(true);
      }
    }),
  );
});

test('whoever subtracts what is shown from the total learns no hidden part and no group below ten', () => {
  fc.assert(
    fc.property(parts, (counts) => {
      const { total, parts: shown } = suppressParts(counts);
      const hidden = shown.filter(({ suppressed }) => suppressed).length;
      if (total.value === null || hidden === 0) return;
      // Even if every digit were known.
      const rest = counts.reduce((sum, count, place) => sum + (shown[place]!.suppressed ? count : 0), 0);
      expect(hidden).toBeGreaterThanOrEqual(2);
      expect(rest).toBeGreaterThanOrEqual(10);
      // Each hidden part, of which all that is known is that it is above zero, has more than one possible value.
      expect(rest - (hidden - 1)).toBeGreaterThan(1);
    }),
  );
});

test('no more is hidden than is needed: without small parts everything is shown', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 10, max: 900 }))), (counts) => {
      expect(values(suppressParts(counts).parts)).toEqual(counts.map(tens));
    }),
  );
});

test('whoever subtracts two answers learns nothing of a group of one to nine', () => {
  const shown = (count: number) => suppressCount(count).value!;
  fc.assert(
    fc.property(fc.integer({ min: 10, max: 5_000 }), fc.integer({ min: 1, max: 9 }), (rest, group) => {
      const [all, others] = [shown(rest + group), shown(rest)];
      const possible = Array.from({ length: 10 }, (_, place) => others + place)
        .flatMap((count) => Array.from({ length: 9 }, (_, one) => ({ count, group: one + 1 })))
        .filter((one) => shown(one.count + one.group) === all)
        .map((one) => one.group);
      expect(new Set(possible).size).toBe(9);
    }),
  );
});
