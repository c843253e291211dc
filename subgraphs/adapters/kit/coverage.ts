import type { Mapping } from './mapping.js';

/** What a mapping supplies and what it cannot: coordinates of the contract, sorted. */
export function coverageOf(
  mapping: Mapping,
  supplied: { readonly results: boolean; readonly identities: boolean },
): { supplied: string[]; missing: string[] } {
  const { student, result } = mapping;
  const given: Record<string, boolean> = {
    'StudentRecord.name': true,
    'StudentRecord.programme': student.programme !== undefined,
    'StudentRecord.programmeCode': student.programmeCode !== undefined,
    'StudentRecord.level': student.level !== undefined,
    'StudentRecord.enrolmentStatus': student.enrolmentStatus !== undefined,
    'StudentRecord.enrolledOn': student.enrolledOn !== undefined,
    'StudentRecord.graduatedOn': student.graduatedOn !== undefined,
    'StudentRecord.heldBy': supplied.identities && mapping.identity !== undefined,
    'StudentRecord.results': supplied.results,
    'CourseResult.courseCode': supplied.results && (result.courseCode ?? result.classNumber) !== undefined,
    'CourseResult.courseName': supplied.results && result.courseName !== undefined,
    'CourseResult.credits': supplied.results && result.credits !== undefined,
    'CourseResult.hours': supplied.results && result.hours !== undefined,
    'CourseResult.nativeGrade': supplied.results,
    'CourseResult.percentage': supplied.results,
    'CourseResult.term': supplied.results && (result.term ?? result.classNumber) !== undefined,
    'CourseResult.recordedOn': supplied.results && result.recordedOn !== undefined,
  };
  const names = Object.keys(given).sort();
  return { supplied: names.filter((name) => given[name]), missing: names.filter((name) => !given[name]) };
}
