/**
 * The upper bounds, in milliseconds, of the classes into which response times are counted: the E12 series, so that a
 * percentile read from the counts is at most a quarter too long. Counts can be added, percentiles cannot; that is why
 * counts are what is sent and kept. Kept rows have these classes, so a bound is never changed. The class after the last
 * bound has everything longer.
 */
export const responseTimeBounds: readonly number[] = [
  10, 12, 15, 18, 22, 27, 33, 39, 47, 56, 68, 82, 100, 120, 150, 180, 220, 270, 330, 390, 470, 560, 680, 820,
  1_000, 1_200, 1_500, 1_800, 2_200, 2_700, 3_300, 3_900, 4_700, 5_600, 6_800, 8_200, 10_000, 12_000, 15_000,
  18_000, 22_000, 27_000, 33_000,
];

/** The place of the class that counts a response time. */
export function responseTimeClass(milliseconds: number): number {
  const place = responseTimeBounds.findIndex((bound) => milliseconds <= bound);
  return place < 0 ? responseTimeBounds.length : place;
}
