import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  findInactivity,
  yearsBefore,
} from '../../subgraphs/institutions/membership-exits/inactivity-rule.js';

const at = new Date('2026-01-15T08:00:00Z');
const long = new Date('2000-01-01T00:00:00Z');
const activeOn = (lastActivityAt: Date | null, memberSince = long) => ({
  lastActivityAt,
  memberSince,
  counts: { RESOURCE: 0, CONVERSION: 2, TRADE: 0, ALLIANCE_ACTIVITY: 0 },
});

describe('the window of three years', () => {
  test('is open at its beginning: what happened exactly three years ago no longer counts', () => {
    const edge = new Date('2023-01-15T08:00:00Z');
    expect(findInactivity(activeOn(edge), at)).toMatchObject({
      windowFrom: edge.toISOString(),
      windowTo: at.toISOString(),
      lastActivityAt: edge.toISOString(),
      counts: expect.arrayContaining([{ kind: 'CONVERSION', count: 2 }]),
    });
    const after = new Date(edge.getTime() + 1);
    expect(() => findInactivity(activeOn(after), at)).toThrow(
      expect.objectContaining({ code: 'MEMBER_IS_ACTIVE' }),
    );
    expect(() => findInactivity(activeOn(at), at)).toThrow(
      expect.objectContaining({ code: 'MEMBER_IS_ACTIVE' }),
    );
  });

  test('needs a member of three full years', () => {
    const edge = new Date('2023-01-15T08:00:00Z');
    expect(() => findInactivity(activeOn(null, edge), at)).not.toThrow();
    const younger = new Date(edge.getTime() + 1);
    expect(() => findInactivity(activeOn(null, younger), at)).toThrow(
      expect.objectContaining({ code: 'MEMBER_TOO_NEW' }),
    );
  });

  test('of a leap day in Asia/Shanghai begins on the last day of February', () => {
    expect(yearsBefore(new Date('2028-02-29T01:00:00+08:00'), 3)).toEqual(
      new Date('2025-02-28T01:00:00+08:00'),
    );
    expect(yearsBefore(new Date('2028-02-29T01:00:00+08:00'), 4)).toEqual(
      new Date('2024-02-29T01:00:00+08:00'),
    );
    expect(yearsBefore(new Date('2027-03-01T01:00:00+08:00'), 3)).toEqual(
      new Date('2024-03-01T01:00:00+08:00'),
    );
  });

  test('has the days of its years, and its beginning steps back by no more than a leap day', () => {
    const instants = fc.date({
      min: new Date('1995-01-01'),
      max: new Date('2199-12-31'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(instants, fc.integer({ min: 0, max: 86_400_000 * 3 }), (instant, ahead) => {
        const start = yearsBefore(instant, 3);
        const days = (instant.getTime() - start.getTime()) / 86_400_000;
        expect(days).toBeGreaterThanOrEqual(1095);
        expect(days).toBeLessThanOrEqual(1096);
        expect(yearsBefore(new Date(instant.getTime() + ahead), 3).getTime()).toBeGreaterThanOrEqual(
          start.getTime() - 86_400_000,
        );
      }),
    );
  });
});
