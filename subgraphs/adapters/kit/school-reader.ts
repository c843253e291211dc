import DataLoader from 'dataloader';
import type { Clock } from '../../kit/base/clock.js';
import type { RecordsDriver, ReadContext, Source } from './driver.js';
import { levelWordsOf, type LevelWords } from './grades.js';
import type { Mapping } from './mapping.js';
import { textOf, type NativeRow } from './native-row.js';

const wordsLifeMs = 5 * 60_000;

/** The school's table of level words, kept for five minutes; a failed reading is not kept. */
export class LevelWordTable {
  readonly #driver: RecordsDriver;
  readonly #mapping: Mapping;
  readonly #clock: Clock;
  #kept: { words: LevelWords; until: number } | undefined;

  constructor(driver: RecordsDriver, mapping: Mapping, clock: Clock) {
    this.#driver = driver;
    this.#mapping = mapping;
    this.#clock = clock;
  }

  async read(context: ReadContext): Promise<LevelWords> {
    const now = this.#clock.now().getTime();
    if (this.#kept !== undefined && this.#kept.until > now) return this.#kept.words;
    if (!(await this.#driver.supplies('gradeWords', context))) return new Map();
    const { word, percentage } = this.#mapping.grades.words;
    const rows = await this.#driver.read('gradeWords', [], context);
    const words = levelWordsOf(
      rows.map((row) => ({ word: textOf(row, word), percentage: textOf(row, percentage) })),
    );
    this.#kept = { words, until: now + wordsLifeMs };
    return words;
  }
}

/** The readings of one operation: one statement per source for all students that the operation names. */
export interface SchoolReader {
  /** Null when the school does not know the number. */
  student(studentNumber: string): Promise<NativeRow | null>;
  identity(studentNumber: string): Promise<NativeRow | null>;
  results(studentNumber: string): Promise<readonly NativeRow[]>;
  words(): Promise<LevelWords>;
  supplies(source: Source): Promise<boolean>;
}

/** A reader for one operation. */
export function createSchoolReader(
  driver: RecordsDriver,
  mapping: Mapping,
  table: LevelWordTable,
  context: ReadContext,
): SchoolReader {
  const bySource = (source: Source, numberColumn: string) =>
    new DataLoader<string, readonly NativeRow[]>(async (numbers) => {
      const rows = await driver.read(source, numbers, context);
      const found = new Map<string, NativeRow[]>(numbers.map((number) => [number, []]));
      for (const row of rows) found.get(textOf(row, numberColumn) ?? '')?.push(row);
      return numbers.map((number) => found.get(number) ?? []);
    });
  const students = bySource('students', mapping.student.studentNumber);
  const identities = bySource('identities', mapping.identity?.studentNumber ?? '');
  const results = bySource('results', mapping.result.studentNumber);
  let words: Promise<LevelWords> | undefined;
  return {
    student: async (number) => (await students.load(number))[0] ?? null,
    identity: async (number) => (await identities.load(number))[0] ?? null,
    results: (number) => results.load(number),
    words: () => (words ??= table.read(context)),
    supplies: (source) => driver.supplies(source, context),
  };
}
