import DataLoader from 'dataloader';
import type { ListSource, RecordsDriver, ReadContext, Source, StudentSource } from './driver.js';
import { levelWordsOf, type LevelWords } from './grades.js';
import { onceForEach, type KeptList, type KeptLists } from './kept-lists.js';
import type { Mapping } from './mapping.js';
import { textOf, type NativeRow } from './native-row.js';

/** How old the table of level words may be. */
const wordsLifeMs = 5 * 60_000;

/** The readings of one operation: one question per source for all students that the operation names. */
export interface SchoolReader {
  /** Null when the school does not know the number. */
  student(studentNumber: string): Promise<NativeRow | null>;
  identity(studentNumber: string): Promise<NativeRow | null>;
  rows(
    source: 'results' | 'enrolments' | 'certificates',
    studentNumber: string,
  ): Promise<readonly NativeRow[]>;
  words(): Promise<LevelWords>;
  list(source: ListSource, maxAgeMs?: number): Promise<KeptList>;
  supplies(source: Source): Promise<boolean>;
}

/** Makes the readers of a school's operations; the tables that they share are parsed once. */
export function schoolReaders(
  driver: RecordsDriver,
  mapping: Mapping,
  lists: KeptLists,
): (context: ReadContext) => SchoolReader {
  const table = mapping.grades.words;
  const wordsIn = onceForEach((rows: readonly NativeRow[]) =>
    levelWordsOf(
      rows.map((row) => ({ word: textOf(row, table?.word), percentage: textOf(row, table?.percentage) })),
    ),
  );
  const noWords: LevelWords = new Map();

  return (context) => {
    const bySource = (source: StudentSource, numberColumn: string | undefined) =>
      new DataLoader<string, readonly NativeRow[]>(async (numbers) => {
        const rows = await driver.read(source, numbers, context);
        const found = new Map<string, NativeRow[]>(numbers.map((number) => [number, []]));
        for (const row of rows) found.get(textOf(row, numberColumn) ?? '')?.push(row);
        return numbers.map((number) => found.get(number) ?? []);
      });
    const students = bySource('students', mapping.student.studentNumber);
    const identities = bySource('identities', mapping.identity?.studentNumber);
    const rows = {
      results: bySource('results', mapping.result.studentNumber),
      enrolments: bySource('enrolments', mapping.enrolment?.studentNumber),
      certificates: bySource('certificates', mapping.certificate?.studentNumber),
    };
    const supplied = new Map<Source, Promise<boolean>>();
    const supplies = (source: Source): Promise<boolean> => {
      const known = supplied.get(source) ?? driver.supplies(source, context);
      supplied.set(source, known);
      return known;
    };
    let words: Promise<LevelWords> | undefined;
    return {
      student: async (number) => (await students.load(number))[0] ?? null,
      identity: async (number) => (await identities.load(number))[0] ?? null,
      rows: (source, number) => rows[source].load(number),
      words: () =>
        (words ??= (table === undefined ? Promise.resolve(false) : supplies('gradeWords')).then(
          async (there) =>
            there ? wordsIn((await lists.read('gradeWords', context, wordsLifeMs)).rows) : noWords,
        )),
      list: (source, maxAgeMs) => lists.read(source, context, maxAgeMs),
      supplies,
    };
  };
}
