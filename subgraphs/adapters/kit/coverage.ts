import type { RecordsDriver, Source } from './driver.js';
import type { Mapping } from './mapping.js';

/** Which sources a system supplies. */
export type SuppliedSources = Readonly<Partial<Record<Source, boolean>>>;

/** What of an adapter decides about what it can do. */
export interface AbleParts {
  readonly mapping: Mapping;
  readonly driver: Pick<RecordsDriver, 'cancels' | 'writeBack'>;
  /** Whether changes can be found. */
  readonly changes: unknown;
}

/** What an adapter supplies and what it cannot: coordinates of the contract, sorted. */
export function coverageOf(
  parts: AbleParts,
  supplied: SuppliedSources,
): { supplied: string[]; missing: string[] } {
  const given = { ...recordFields(parts, supplied), ...listFields(parts, supplied) };
  const names = Object.keys(given).sort();
  return { supplied: names.filter((name) => given[name]), missing: names.filter((name) => !given[name]) };
}

/** What an adapter can do, in the words of `RecordsCapability`. */
export function capabilitiesOf(parts: AbleParts, supplied: SuppliedSources, isLive: boolean): string[] {
  const { driver } = parts;
  const given = { ...recordFields(parts, supplied), ...listFields(parts, supplied) };
  const able: Record<string, boolean | undefined> = {
    STUDENT_LOOKUP: true,
    COURSE_RESULTS: given['StudentRecord.results'],
    GRADE_COMPONENTS: given['CourseResult.components'],
    ENROLMENTS: given['StudentRecord.enrolments'],
    CERTIFICATES: given['StudentRecord.certificates'],
    COURSE_CATALOGUE: given['Institution.schoolCourses'],
    PROGRAMMES: given['Institution.schoolProgrammes'],
    GRADE_DISTRIBUTIONS: given['Institution.gradeDistributions'],
    CHANGES: given['Institution.recordChanges'],
    VERIFICATION: given['StudentRecord.verification'],
    WRITE_BACK: given['Mutation.writeBackExemption'],
    HOLDER_CHECK: given['StudentRecord.heldBy'],
    CANCELLATION: driver.cancels,
    LIVE: isLive,
  };
  return Object.keys(able).filter((capability) => able[capability]);
}

function recordFields({ mapping }: AbleParts, supplied: SuppliedSources): Record<string, boolean> {
  const { student, result, certificate } = mapping;
  const results = supplied.results ?? false;
  const certificates = certificate !== undefined && (supplied.certificates ?? false);
  const identities = mapping.identity !== undefined && (supplied.identities ?? false);
  return {
    'StudentRecord.name': true,
    'StudentRecord.maskedIdentityNumber': identities,
    'StudentRecord.programme': student.programme !== undefined,
    'StudentRecord.programmeCode': student.programmeCode !== undefined,
    'StudentRecord.level': student.level !== undefined,
    'StudentRecord.studyForm': student.studyForm !== undefined,
    'StudentRecord.enrolmentStatus': student.enrolmentStatus !== undefined,
    'StudentRecord.enrolledOn': student.enrolledOn !== undefined,
    'StudentRecord.graduatedOn': student.graduatedOn !== undefined,
    'StudentRecord.heldBy': identities,
    'StudentRecord.results': results,
    'StudentRecord.enrolments': mapping.enrolment !== undefined && (supplied.enrolments ?? false),
    'StudentRecord.certificates': certificates,
    'StudentRecord.verification': identities && (results || certificates),
    'CourseResult.courseCode': results && (result.courseCode ?? result.classNumber) !== undefined,
    'CourseResult.courseName': results && result.courseName !== undefined,
    'CourseResult.courseEnglishName': results && result.courseEnglishName !== undefined,
    'CourseResult.credits': results && result.credits !== undefined,
    'CourseResult.hours': results && result.hours !== undefined,
    'CourseResult.nativeGrade': results,
    'CourseResult.percentage': results,
    'CourseResult.components': results && result.components !== undefined,
    'CourseResult.sittings': results,
    'CourseResult.counts': results && (result.courseCode ?? result.classNumber) !== undefined,
    'CourseResult.term': results && (result.term ?? result.classNumber) !== undefined,
    'CourseResult.recordedOn': results && result.recordedOn !== undefined,
    'SchoolCertificate.number': certificates && certificate.number !== undefined,
    'SchoolCertificate.awardedOn': certificates && certificate.awardedOn !== undefined,
  };
}

function listFields(
  { mapping, driver, changes }: AbleParts,
  supplied: SuppliedSources,
): Record<string, boolean> {
  const courses = mapping.course !== undefined && (supplied.courses ?? false);
  const programmes = mapping.programme !== undefined && (supplied.programmes ?? false);
  return {
    'Institution.schoolCourses': courses,
    'SchoolCourse.formerCodes':
      courses && mapping.courseCode !== undefined && (supplied.courseCodes ?? false),
    'Institution.schoolProgrammes': programmes,
    'SchoolProgramme.requirements':
      programmes && mapping.requirement !== undefined && (supplied.requirements ?? false),
    'Institution.gradeDistributions': mapping.gradeCount !== undefined && (supplied.gradeCounts ?? false),
    'Institution.recordChanges':
      changes !== undefined && ((supplied.changes ?? false) || (supplied.fingerprints ?? false)),
    'Mutation.writeBackExemption': driver.writeBack !== undefined,
  };
}
