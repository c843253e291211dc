import { z } from 'zod';
import { isDecimal } from '../../kit/base/decimal.js';

/** The name of a column; every place of a mapping where one is named has this very schema. */
export const column = z.string().min(1);
/** One column, or several of which the first that has a value counts. */
export const columns = z.union(
  [column, z.array(column).min(1)],
  'must be the name of a column, or a list of names of which the first with a value counts',
);
/** An exact number as text. */
export const decimal = z.string().refine(isDecimal, 'must be a decimal such as "60"');
/** Columns and the values that they must have. */
export const condition = z.record(column, z.string());

const levelCodes = z.enum([
  'UNDERGRADUATE',
  'JUNIOR_COLLEGE',
  'JUNIOR_COLLEGE_TO_UNDERGRADUATE',
  'UPPER_SECONDARY_TO_UNDERGRADUATE',
]);
/**
 * A column whose words stand for codes of the contract; null for a word that is understood and for which the contract
 * has no code. A word that is not listed is unknown, and the record that has it is not complete.
 */
export const level = z.strictObject({ column, codes: z.record(z.string(), levelCodes.nullable()) });
/** As for `level`, of the form of study. */
export const studyForm = z.strictObject({
  column,
  codes: z.record(
    z.string(),
    z.enum(['REGULAR', 'ADULT', 'ONLINE', 'SECONDARY_VOCATIONAL', 'SELF_STUDY']).nullable(),
  ),
});
/** The first rule whose columns have exactly these values decides; without one the status is unknown. */
export const enrolmentStatus = z.array(
  z.strictObject({
    when: condition,
    status: z.enum(['ENROLLED', 'SUSPENDED', 'GRADUATED', 'COMPLETED', 'WITHDRAWN']),
  }),
);
/** How rows say their term. */
export const term = z.union([
  z.strictObject({ year: column, number: column }),
  z.strictObject({ yearCode: column, termCode: column }),
  /** Where the system gives days only: the day on which each term begins; the first begins the academic year. */
  z.strictObject({
    day: columns,
    begins: z
      .array(
        z.strictObject({
          month: z.int().min(1).max(12),
          day: z.int().min(1).max(31),
          number: z.int().min(1).max(3),
        }),
      )
      .min(1),
  }),
  /** A term known by the day on which it begins; a month that is listed for no term leaves the term unknown. */
  z.strictObject({
    startsOn: columns,
    /** The months (1 to 12) in which each term begins; 1 autumn, 2 spring, 3 summer. */
    startMonths: z.partialRecord(z.enum(['1', '2', '3']), z.array(z.int().min(1).max(12)).min(1)),
    /** The month in which an academic year begins. */
    yearStartsIn: z.int().min(1).max(12),
    /** What the system calls the term; the day without it. */
    nativeCode: columns.optional(),
  }),
]);
/** How rows say their contact hours. */
export const hours = z.union([
  z.strictObject({ total: columns }),
  z.strictObject({
    perWeek: columns,
    weeks: columns,
    hoursPerPracticeWeek: z.int().positive().optional(),
  }),
]);
/** Flags that a row carries where a condition holds. */
export const flags = z.array(z.strictObject({ when: condition, flag: z.string().regex(/^[A-Z_]+$/) }));
