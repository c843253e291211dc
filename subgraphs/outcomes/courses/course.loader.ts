import { parseDecimal } from '../../kit/base/decimal.js';
import type { LoaderDefinition } from '../../kit/room/scope/request-scope.js';
import { CourseEntity, type CourseRow } from './course.entity.js';
import type { CourseOfferingRow } from './course-offering.entity.js';
import type { Course, CourseOffering } from './course.types.js';
import { hoursPerCredit } from './hours-per-credit.js';

/** What the graph shows of a course. */
export function showCourse(row: CourseRow): Course {
  return {
    id: row.id,
    institution: { id: row.institutionId },
    code: row.code,
    name: row.name,
    unit: row.unit ?? null,
    ...showAmounts(row),
    grading: row.grading ?? null,
    validFrom: row.validFrom,
    validTo: row.validTo ?? null,
  };
}

/** What the graph shows of a class. */
export function showOffering(row: CourseOfferingRow): CourseOffering {
  return {
    id: row.id,
    academicYear: row.academicYear,
    term: row.term,
    classKey: row.classKey,
    unit: row.unit ?? null,
    cohort: row.cohort ?? null,
    capacity: row.capacity ?? null,
    ...showAmounts(row),
  };
}

function showAmounts(row: { hours: string; credits: string; creditScheme: string }) {
  return {
    hours: parseDecimal(row.hours),
    credits: { amount: parseDecimal(row.credits), scheme: row.creditScheme },
    hoursPerCredit: hoursPerCredit(row.hours, row.credits),
  };
}

/** Courses by id; absent ones are null. */
export const courseById: LoaderDefinition<string, Course | null> = {
  name: 'courseById',
  async batch(scope, ids) {
    const rows = await scope.find(CourseEntity, { id: { $in: [...ids] } });
    const found = new Map(rows.map((row) => [row.id, showCourse(row)]));
    return ids.map((id) => found.get(id) ?? null);
  },
};

/** A course as a school's own records name it. */
export interface CourseCode {
  readonly issuerId: string;
  readonly courseCode: string;
}

/** One text for one course code of one school. */
export function courseCodeKey({ issuerId, courseCode }: CourseCode): string {
  return JSON.stringify([issuerId, courseCode]);
}

/** The latest edition of courses by school and code; null where the school's catalog has none. */
export const courseByCode: LoaderDefinition<CourseCode, Course | null> = {
  name: 'courseByCode',
  cacheKey: courseCodeKey,
  async batch(scope, keys) {
    const rows = await scope.find(CourseEntity, {
      institutionId: { $in: [...new Set(keys.map((key) => key.issuerId))] },
      code: { $in: [...new Set(keys.map((key) => key.courseCode))] },
      validTo: null,
    });
    const found = new Map(
      rows.map((row) => [
        courseCodeKey({ issuerId: row.institutionId, courseCode: row.code }),
        showCourse(row),
      ]),
    );
    return keys.map((key) => found.get(courseCodeKey(key)) ?? null);
  },
};

/** How many courses institutions have in their latest editions: one grouped statement for all of them. */
export const courseCountByInstitution: LoaderDefinition<string, number> = {
  name: 'courseCountByInstitution',
  async batch(scope, institutionIds) {
    // Counting needs no rows; courses are public, and the wall of the database stands behind this too.
    const { sql } = await scope.unit();
    const rows = await sql.execute<{ institution_id: string; courses: number }>(
      `select institution_id, count(*)::integer as courses from course
       where valid_to is null and institution_id in (select jsonb_array_elements_text(?::jsonb))
       group by institution_id`,
      [JSON.stringify(institutionIds)],
    );
    const counts = new Map(rows.map((row) => [row.institution_id, row.courses]));
    return institutionIds.map((id) => counts.get(id) ?? 0);
  },
};
