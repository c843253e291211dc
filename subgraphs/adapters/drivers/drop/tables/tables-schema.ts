import { z } from 'zod';
import { separators } from '../csv-rows.js';
import { textEncodings } from '../text-encoding.js';
import { listSources, studentSources } from '../../../kit/driver.js';
import { secretFault } from '../../../kit/secret-paths.js';

const column = z.string().min(1);
const columnList = z.union([column, z.array(column).min(1)]).transform((one) => [one].flat());
const rowNumber = z.int().min(1).max(100);

/** The files and columns that feed a source. */
const tableShape = {
  /** File names, with `*` for anything and `?` for one character; all that fit are read, one after the other. */
  files: columnList,
  /** The sheet of a workbook; without it the first one that is not hidden. */
  sheet: z.string().min(1).optional(),
  /** The row of the header, or both rows of one in two tiers (成绩 over 平时 and 期末 gives 成绩.平时). */
  header: z
    .union([rowNumber, z.tuple([rowNumber, rowNumber]).refine(([upper, lower]) => lower === upper + 1)])
    .default(1)
    .transform((rows) => [rows].flat()),
  /** The only columns that are read; without it all but the secret ones. */
  columns: z.array(column).min(1).optional(),
  /** Columns that must be there and filled; a row that lacks one is left out. */
  required: z.array(column).default([]),
  /**
   * Columns that tell rows apart, within the student where rows are about students. A key of several columns stands in
   * each row as a column of its own for the mapping, `学年+学期` for 学年 and 学期.
   */
  key: columnList.optional(),
  /** Columns with dates; those of sheets are dates already and may be named here too. */
  dates: z.array(column).default([]),
  /** Columns that name a row of another source by its key. */
  references: z.record(column, z.enum([...studentSources, ...listSources])).default({}),
  /** Rows that are no records, such as totals and signatures: all columns of one of these have exactly the value. */
  ignore: z.array(z.record(column, z.string())).default([]),
  /** Whether a delivery without such a file is whole nevertheless; then the source is unknown. */
  optional: z.boolean().default(false),
} as const;

const list = z.strictObject(tableShape);
const ofStudents = z.strictObject({ ...tableShape, studentNumber: column });
/** Names and identity numbers are read by name of their columns, never all there is. */
const identities = z.strictObject({ ...tableShape, studentNumber: column, columns: z.array(column).min(1) });

const oneOrMore = <S extends z.ZodType>(schema: S) =>
  z.union([schema, z.array(schema).min(1)]).transform((given) => [given].flat() as z.output<S>[]);

const tables = z.strictObject({
  format: z.literal('tables'),
  /** For CSV; `auto` takes UTF-8 where the bytes are valid UTF-8, a byte order mark at its word, GB18030 otherwise. */
  encoding: z.enum(textEncodings).default('auto'),
  separator: z.enum([...separators, 'auto']).default('auto'),
  /**
   * Columns with identity numbers and passwords whose names do not say so; secret-columns.ts knows the others. They are in
   * no row but those of `identities` that name them, and passwords are in none.
   */
  secret: z.array(column).default([]),
  sources: z
    .strictObject({
      students: oneOrMore(ofStudents),
      results: oneOrMore(ofStudents),
      identities: oneOrMore(identities),
      enrolments: oneOrMore(ofStudents),
      certificates: oneOrMore(ofStudents),
      gradeWords: oneOrMore(list),
      courses: oneOrMore(list),
      courseCodes: oneOrMore(list),
      programmes: oneOrMore(list),
      requirements: oneOrMore(list),
      gradeCounts: oneOrMore(list),
    })
    .partial()
    .refine((sources) => Object.keys(sources).length > 0, 'must declare at least one source'),
});

/** What a school file declares about deliveries of plain tables, CSV and XLSX alike. */
export const tablesSchema = tables.superRefine(({ sources }, issues) => {
  for (const [source, inputs] of Object.entries(sources)) {
    // A declaration with other mistakes comes here as it was written, one input or several, one column or several.
    for (const { studentNumber, columns, key } of [inputs].flat() as Partial<TableInput>[]) {
      // A key of several columns is a column of the row; a student number is asked for and told.
      const named = { studentNumber, columns, key };
      for (const [at, given] of Object.entries(named)) {
        for (const name of [given ?? []].flat()) {
          const message = secretFault(source, name);
          if (message !== null) issues.addIssue({ code: 'custom', path: ['sources', source, at], message });
        }
      }
    }
  }
});

export type TablesDeclaration = z.output<typeof tablesSchema>;
export type TableSource = keyof TablesDeclaration['sources'];
/** The files and columns that feed a source; `studentNumber` where its rows are about students. */
export type TableInput = z.output<typeof list> & { readonly studentNumber?: string };
