/** The fewest people of whom a figure is shown (features.md #107: k-anonymity with k = 10). */
export const smallestGroup = 10;

/** A count of people as it may leave the house, in whole tens; `value` is null exactly when it is suppressed. */
export interface ShownCount {
  readonly value: number | null;
  readonly suppressed: boolean;
}

/** A count that stands alone. Zero is shown: it is a figure about nobody. */
export function suppressCount(count: number, k: number = smallestGroup): ShownCount {
  return count > 0 && count < k ? hidden : shown(count);
}

/**
 * The parts of a total, and the total, as they may be shown together in one answer.
 *
 * Parts below k are hidden, and as many more, the smallest first, as it takes that those who subtract what is shown
 * from the total learn nothing: neither one part, nor that the hidden ones are fewer than k people together.
 * It guards one division of one total; the parts must be disjoint, for example the states of accounts.
 * @param parts counts of people, whole and not negative
 */
export function suppressParts(
  parts: readonly number[],
  k: number = smallestGroup,
): { total: ShownCount; parts: ShownCount[] } {
  const total = parts.reduce((sum, part) => sum + part, 0);
  const smallestFirst = parts
    .map((count, place) => ({ count, place }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => a.count - b.count || a.place - b.place);
  const concealed = new Set<number>();
  let people = 0;
  for (const { count, place } of smallestFirst) {
    const isSafe = concealed.size === 0 || (concealed.size >= 2 && people >= k);
    if (count >= k && isSafe) break;
    concealed.add(place);
    people += count;
  }
  return {
    total: suppressCount(total, k),
    parts: parts.map((count, place) => (concealed.has(place) ? hidden : shown(count))),
  };
}

/** A count of people in whole tens as an SQL expression over an expression of a whole number type. */
export function inTensSql(count: string): string {
  return `${count} / 10 * 10`;
}

/** In whole tens: the difference of two answers then tells of no group below ten (docs/decisions/0047-k-anonymity.md). */
function shown(count: number): ShownCount {
  return { value: count - (count % 10), suppressed: false };
}

const hidden: ShownCount = { value: null, suppressed: true };
