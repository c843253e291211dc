import { z } from 'zod';
import {
  column,
  columns,
  condition,
  decimal,
  enrolmentStatus,
  flags,
  hours,
  level,
  studyForm,
  term,
} from './mapping-parts.js';

const student = z.strictObject({
  studentNumber: column,
  name: columns,
  programme: columns.optional(),
  programmeCode: columns.optional(),
  level: level.optional(),
  studyForm: studyForm.optional(),
  enrolmentStatus: enrolmentStatus.optional(),
  enrolledOn: columns.optional(),
  graduatedOn: columns.optional(),
});

/** One row for each term or stretch of time. */
const enrolment = z.strictObject({
  studentNumber: column,
  term: term.optional(),
  programme: columns.optional(),
  programmeCode: columns.optional(),
  level: level.optional(),
  studyForm: studyForm.optional(),
  status: enrolmentStatus.optional(),
  from: columns.optional(),
  /** The first day after it. */
  to: columns.optional(),
  /** The last day of it, where the system gives that one. */
  lastDay: columns.optional(),
});

const certificate = z.strictObject({
  studentNumber: column,
  /** The school's own key of the row within the student. */
  key: columns,
  /** The first rule that holds decides; OTHER without one. */
  kind: z.array(
    z.strictObject({
      when: condition,
      kind: z.enum(['GRADUATION', 'DEGREE', 'COMPLETION', 'VOCATIONAL', 'EXAMINATION', 'OTHER']),
    }),
  ),
  number: columns.optional(),
  name: columns.optional(),
  level: columns.optional(),
  grade: columns.optional(),
  issuer: columns.optional(),
  awardedOn: columns.optional(),
  validUntil: columns.optional(),
  flags: flags.optional(),
});

const course = z.strictObject({
  code: column,
  name: columns,
  englishName: columns.optional(),
  credits: columns.optional(),
  creditScheme: z.string().min(1),
  hours: hours.optional(),
  level: level.optional(),
  department: columns.optional(),
  kind: columns.optional(),
  syllabus: columns.optional(),
  validFrom: columns.optional(),
  validTo: columns.optional(),
});

/** One row for each code under which a course was offered before. */
const courseCode = z.strictObject({
  /** The code of today, as in the catalogue. */
  code: column,
  formerCode: column,
  formerName: columns.optional(),
  validFrom: columns.optional(),
  validTo: columns.optional(),
});

const programme = z.strictObject({
  code: column,
  name: columns,
  nationalCode: columns.optional(),
  level: level.optional(),
  credits: columns.optional(),
  creditScheme: z.string().min(1),
  years: columns.optional(),
  version: columns.optional(),
  validFrom: columns.optional(),
  validTo: columns.optional(),
});

/** One row for each course of a group, or one for a group without courses. */
const requirement = z.strictObject({
  programmeCode: column,
  /** Where one programme has several versions of its plan. */
  version: columns.optional(),
  group: column,
  name: columns.optional(),
  credits: columns.optional(),
  compulsory: z.array(z.strictObject({ when: condition, is: z.boolean() })).optional(),
  exemptable: z.array(z.strictObject({ when: condition, is: z.boolean() })).optional(),
  courseCode: columns.optional(),
});

/** One row for each grade of a reference group; failing grades are left out by the kit. */
const gradeCount = z.strictObject({
  referenceGroup: columns,
  fieldOfStudy: columns.optional(),
  level: level.optional(),
  fromYear: columns,
  toYear: columns,
  grade: column,
  count: column,
});

/** How changes are found: from a time that the system keeps, or by comparing fingerprints of all rows. */
const changes = z.union([
  z.strictObject({ studentNumber: column, changedAt: column }),
  z.strictObject({ compare: z.strictObject({ studentNumber: column }) }),
]);

const result = z.strictObject({
  studentNumber: column,
  /** The school's own key of the row within the student. */
  key: columns,
  courseCode: columns.optional(),
  courseName: columns.optional(),
  courseEnglishName: columns.optional(),
  /** Where a class number (选课课号) stands and how it is read; it gives course code and term where they are missing. */
  classNumber: z
    .strictObject({
      column,
      style: z.enum(['TERM_FIRST', 'SEQUENCE_FIRST']),
      courseCodeWidth: z.int().min(1).max(20).optional(),
    })
    .optional(),
  credits: columns.optional(),
  creditScheme: z.string().min(1),
  hours: hours.optional(),
  sittings: z.strictObject({
    first: columns,
    resit: column.optional(),
    retake: column.optional(),
    /** The condition under which the whole row is a retake. */
    retakeWhen: condition.optional(),
    /** The condition under which no study took place: the result was recognised and not earned here. */
    exemptedWhen: condition.optional(),
    /** The condition under which the whole row is a resit, for systems with a row for each sitting. */
    resitWhen: condition.optional(),
    remark: columns.optional(),
  }),
  /** Columns with the lowest and the highest number a grade can be; without them a number is a percentage. */
  range: z.strictObject({ lowest: column, highest: column }).optional(),
  /**
   * Where rows differ in their scales: the column that names it. A scale whose numbers are no percentages (1 to 10)
   * gives none, and a grade on it passes where the system says so; a scale that is not listed makes a grade unknown.
   */
  scale: z
    .strictObject({
      column,
      codes: z.record(z.string(), z.strictObject({ name: z.string().min(1), percentages: z.boolean() })),
    })
    .optional(),
  /** The percentage that the system itself gives for a word; its 0 beside a word is no statement. */
  statedPercentage: columns.optional(),
  /** Whether the system says itself that a result is passed; the first rule that holds decides. */
  statedPass: z.array(z.strictObject({ when: condition, is: z.boolean() })).optional(),
  term: term.optional(),
  recordedOn: columns.optional(),
  flags: flags.optional(),
  /** The parts of a grade (平时, 期末 …), each in a column of its own. */
  components: z
    .array(
      z.strictObject({
        kind: z.enum(['COURSEWORK', 'MIDTERM', 'EXAMINATION', 'LABORATORY', 'OTHER']),
        name: z.string().min(1),
        column,
        weight: column.optional(),
      }),
    )
    .optional(),
});

/** A scale whose grades stand for no percentage: a grade passes as it is listed, a number from the pass mark on. */
const scale = z.strictObject({
  /** Where a system keeps grades of several scales, the columns of a row say of which one it is. */
  when: condition,
  /** Absent for grades of a scale that nobody has named; they pass where the system says so. */
  scale: z.string().min(1).optional(),
  passes: z.record(z.string(), z.boolean()).default({}),
  /** Its grades from the best to the worst, by which grade distributions are ordered. */
  fromBest: z.array(z.string()).optional(),
  numbers: z.strictObject({ lowest: decimal, highest: decimal, passMark: decimal }).optional(),
});

const grades = z.strictObject({
  passMark: decimal,
  /** The most that a passed resit counts; null where resits are not capped. */
  resitCap: decimal.nullable(),
  numberScale: z.string().min(1),
  statuses: z.record(
    z.string(),
    z.enum(['ABSENT', 'MISCONDUCT', 'EXEMPTED', 'DEFERRED', 'WITHDRAWN', 'INCOMPLETE']),
  ),
  wordScales: z.record(z.string(), z.string()),
  passWords: z.record(z.string(), z.boolean()),
  /** The first whose condition holds reads the grade; where none holds, a number is on `numberScale`. */
  scales: z.array(scale).optional(),
  /** Columns of the source `gradeWords`; absent where the school has no table of what its words stand for. */
  words: z.strictObject({ word: column, percentage: column }).optional(),
});

/** A mapping as a school file writes it; checked when the file is read, so that a mistake stops the start. */
export const mappingSchema = z.strictObject({
  /** The system in its maker's words. */
  system: z.string().min(1),
  student,
  /** Columns of the source `identities`; absent where the school gives no identity numbers. */
  identity: z.strictObject({ studentNumber: column, name: columns, identityNumber: column }).optional(),
  result,
  grades,
  enrolment: enrolment.optional(),
  certificate: certificate.optional(),
  course: course.optional(),
  courseCode: courseCode.optional(),
  programme: programme.optional(),
  requirement: requirement.optional(),
  gradeCount: gradeCount.optional(),
  changes: changes.optional(),
});

/** What the columns of one school's system mean. One per school, plain data. */
export type Mapping = z.infer<typeof mappingSchema>;
