import { z } from 'zod';
import { isDecimal } from '../../kit/base/decimal.js';

const column = z.string().min(1);
const columns = z.union([column, z.array(column).min(1)]);
const decimal = z.string().refine(isDecimal, 'must be a decimal such as "60"');
const condition = z.record(column, z.string());

const student = z.strictObject({
  studentNumber: column,
  name: columns,
  programme: columns.optional(),
  programmeCode: columns.optional(),
  level: z
    .strictObject({
      column,
      codes: z.record(
        z.string(),
        z.enum([
          'UNDERGRADUATE',
          'JUNIOR_COLLEGE',
          'JUNIOR_COLLEGE_TO_UNDERGRADUATE',
          'UPPER_SECONDARY_TO_UNDERGRADUATE',
        ]),
      ),
    })
    .optional(),
  /** The first rule whose columns have exactly these values decides; without one the status is unknown. */
  enrolmentStatus: z
    .array(
      z.strictObject({
        when: condition,
        status: z.enum(['ENROLLED', 'SUSPENDED', 'GRADUATED', 'COMPLETED', 'WITHDRAWN']),
      }),
    )
    .optional(),
  enrolledOn: columns.optional(),
  graduatedOn: columns.optional(),
});

const result = z.strictObject({
  studentNumber: column,
  /** The school's own key of the row within the student. */
  key: columns,
  courseCode: columns.optional(),
  courseName: columns.optional(),
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
  hours: z
    .union([
      z.strictObject({ total: columns }),
      z.strictObject({
        perWeek: columns,
        weeks: columns,
        hoursPerPracticeWeek: z.int().positive().optional(),
      }),
    ])
    .optional(),
  sittings: z.strictObject({
    first: columns,
    resit: column.optional(),
    retake: column.optional(),
    /** The condition under which the whole row is a retake. */
    retakeWhen: condition.optional(),
    remark: columns.optional(),
  }),
  /** Columns with the lowest and the highest number a grade can be; without them a number is a percentage. */
  range: z.strictObject({ lowest: column, highest: column }).optional(),
  term: z
    .union([
      z.strictObject({ year: column, number: column }),
      z.strictObject({ yearCode: column, termCode: column }),
    ])
    .optional(),
  recordedOn: columns.optional(),
  flags: z.array(z.strictObject({ when: condition, flag: z.string().regex(/^[A-Z_]+$/) })).optional(),
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
  /** Columns of the source `gradeWords`. */
  words: z.strictObject({ word: column, percentage: column }),
});

const mappingSchema = z.strictObject({
  /** The system in its maker's words. */
  system: z.string().min(1),
  student,
  /** Columns of the source `identities`; absent where the school gives no identity numbers. */
  identity: z.strictObject({ studentNumber: column, name: columns, identityNumber: column }).optional(),
  result,
  grades,
});

/** What the columns of one school's system mean. One per school, plain data. */
export type Mapping = z.infer<typeof mappingSchema>;

/**
 * Checks a mapping; called when an adapter is made, so that a mistake stops the start and not a learner's question.
 * @throws Error that names every mistake and where it stands
 */
export function parseMapping(value: unknown): Mapping {
  const parsed = mappingSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Error(`The mapping is not acceptable:\n${z.prettifyError(parsed.error)}`);
}
