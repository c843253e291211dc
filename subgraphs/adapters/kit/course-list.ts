import { AmrloError } from '../../kit/base/errors/amrlo-error.js';
import type { CourseHistory, FormerCode } from './course-history.js';
import { evidenceHash } from './evidence.js';
import { placeOrder, type Place } from './list-page.js';
import { mapCourse, type MappedCourse } from './map-course.js';
import type { Mapping } from './mapping.js';
import type { NativeRow } from './native-row.js';

/** A course of the catalogue with its place, its history and its row. */
export interface CourseItem {
  readonly place: Place;
  readonly value: MappedCourse;
  readonly row: NativeRow;
  readonly formerCodes: readonly FormerCode[];
  /** The code of today and all before it. */
  readonly codes: readonly string[];
}

/** A catalogue in the order of its codes. */
export interface CourseList {
  readonly items: readonly CourseItem[];
  /** Whether every row of it and of its history could be understood. */
  readonly understood: boolean;
}

/** The catalogue in a school's rows; the same row twice is one course. */
export function courseList(
  rows: readonly NativeRow[],
  columns: NonNullable<Mapping['course']>,
  history: CourseHistory,
  institution: string,
): CourseList {
  const items = new Map<string, CourseItem>();
  let understood = history.understood;
  for (const row of rows) {
    const value = mapCourse(row, columns, institution);
    if (value === null || Object.values(value).some((field) => field instanceof AmrloError))
      understood = false;
    if (value === null) continue;
    const formerCodes = history.formerOf(value.code);
    const place: Place = [value.code, `${value.validFrom ?? ''} ${evidenceHash(row)}`];
    const codes = [value.code, ...formerCodes.map(({ code }) => code)];
    items.set(place.join('\n'), { place, value, row, formerCodes, codes });
  }
  return { items: [...items.values()].sort((a, b) => placeOrder(a.place, b.place)), understood };
}
