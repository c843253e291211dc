import { compare } from '../../kit/base/decimal.js';
import type { CatalogRow } from './catalog.js';

/** What a course is from one date on. */
export interface CourseFacts {
  readonly code: string;
  readonly name: string;
  readonly unit: string | null;
  readonly hours: string;
  readonly credits: string;
  readonly grading: string | null;
  readonly validFrom: string;
}

/**
 * The courses that the rows of a catalog speak of, one per code and date. Where classes of one course differ (real
 * exports have 48 and 51 hours for one code), the course has the hours and credits of most of its classes; of equally
 * many the fewer hours, then the fewer credits. Name, unit and grading follow the same majority, then the order of
 * characters. So the answer does not depend on the order of the rows; each class keeps its own hours and credits.
 *
 * @param validFrom the date for rows that name none, `YYYY-MM-DD`
 */
export function courseFacts(rows: readonly CatalogRow[], validFrom: string): CourseFacts[] {
  const groups = Map.groupBy(rows, (row) => `${row.code}\0${row.validFrom ?? validFrom}`);
  return [...groups.values()].map((group) => {
    const size = mostFrequent(
      group,
      ({ hours, credits }) => `${hours}\0${credits}`,
      (a, b) => {
        return compare(a.hours, b.hours) || compare(a.credits, b.credits);
      },
    );
    return {
      code: size.code,
      name: mostFrequentText(group, (row) => row.name)!,
      unit: mostFrequentText(group, (row) => row.unit),
      hours: size.hours,
      credits: size.credits,
      grading: mostFrequentText(group, (row) => row.grading),
      validFrom: size.validFrom ?? validFrom,
    };
  });
}

function mostFrequentText(
  rows: readonly CatalogRow[],
  text: (row: CatalogRow) => string | null,
): string | null {
  const order = (row: CatalogRow) => text(row) ?? '\u{10FFFF}';
  return text(mostFrequent(rows, order, (a, b) => (order(a) < order(b) ? -1 : order(a) > order(b) ? 1 : 0)));
}

/** A row of the largest class of equal rows; of equally large ones that which comes first in the order. */
function mostFrequent(
  rows: readonly CatalogRow[],
  key: (row: CatalogRow) => string,
  order: (a: CatalogRow, b: CatalogRow) => number,
): CatalogRow {
  const classes = [...Map.groupBy(rows, key).values()];
  classes.sort((a, b) => b.length - a.length || order(a[0]!, b[0]!));
  return classes[0]![0]!;
}
