import type { NativeRow } from '../../../kit/native-row.js';
import type { RowsByStudent } from '../delivery-format.js';
import type { OneRosterTables } from './oneroster-bundle.js';
import { at, prefixed, termOf } from './oneroster-lookup.js';

/** A student's enrolments in the classes of one term. */
interface TermEnrolment {
  readonly student: string;
  readonly termId: string;
  begins: string | null;
  ends: string | null;
  classes: number;
}

/**
 * One row for each term in which a student is enrolled in a class: `enrollment.userSourcedId`, `enrollment.beginDate`
 * (the earliest), `enrollment.endDate` (the latest, unknown where one class has none), `enrollment.classes` (how many),
 * `term.*` and `user.*`. OneRoster enrols in classes, not in terms, so a term counts where one of its classes does.
 */
export function enrolmentsOf(
  tables: OneRosterTables,
  openUser: (user: NativeRow) => NativeRow,
): RowsByStudent | undefined {
  if (tables.enrollments === undefined || tables.classes === undefined) return undefined;
  const byStudent = new Map<string, Map<string, TermEnrolment>>();
  for (const { values } of tables.enrollments.values()) {
    if (values['role']?.toLowerCase() !== 'student') continue;
    const student = values['userSourcedId'] ?? '';
    const terms = byStudent.get(student) ?? new Map<string, TermEnrolment>();
    byStudent.set(student, terms);
    for (const termId of termsOfClass(tables, values['classSourcedId']))
      widen(terms, student, termId, values);
  }
  return {
    keys: () => byStudent.keys(),
    get: (student) => {
      const terms = byStudent.get(student);
      if (terms === undefined) return undefined;
      const user = prefixed('user', openUser(at(tables, 'users', student)));
      return [...terms.values()].map((enrolment) => ({
        'enrollment.userSourcedId': student,
        'enrollment.beginDate': enrolment.begins,
        'enrollment.endDate': enrolment.ends,
        'enrollment.classes': String(enrolment.classes),
        ...prefixed('term', termOf(tables, enrolment.termId)),
        ...user,
      }));
    },
  };
}

function termsOfClass(tables: OneRosterTables, classId: string | null | undefined): string[] {
  const list = at(tables, 'classes', classId)['termSourcedIds'] ?? '';
  return list
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');
}

function widen(terms: Map<string, TermEnrolment>, student: string, termId: string, values: NativeRow): void {
  const begins = values['beginDate'] ?? null;
  const ends = values['endDate'] ?? null;
  const known = terms.get(termId);
  if (known === undefined) {
    terms.set(termId, { student, termId, begins, ends, classes: 1 });
    return;
  }
  known.classes += 1;
  if (begins !== null && (known.begins === null || begins < known.begins)) known.begins = begins;
  known.ends = known.ends === null || ends === null ? null : known.ends > ends ? known.ends : ends;
}
