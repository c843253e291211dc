import { compare, type Decimal } from '../../kit/base/decimal.js';
import { parseAmount } from './amounts.js';
import { levelOf, type CodedWord } from './coded-words.js';
import { holds } from './conditions.js';
import { readGrade, type GradeRules, type GradeScale, type LevelWords } from './grades.js';
import type { Mapping } from './mapping.js';
import { isCorruptText, textOf, wholeTextOf, type NativeRow } from './native-row.js';

/** How often one passing grade was given. */
export interface CountedGrade {
  readonly nativeGrade: string;
  readonly percentage: Decimal | null;
  readonly count: number;
}

/** How a reference group was graded (ECTS Users' Guide 2015, annex 2). */
export interface MappedDistribution {
  readonly referenceGroup: string | null;
  readonly fieldOfStudy: string | null;
  readonly level: CodedWord | null;
  readonly gradeScale: string | null;
  readonly fromYear: string | null;
  readonly toYear: string | null;
  /** From the best grade to the worst; null where a row of the group cannot be understood, then nothing of it is. */
  readonly counts: readonly CountedGrade[] | null;
  readonly total: number;
}

/** Fewer results than this say something about single people. */
const smallestGroup = 10;

/** The most results that one row can count; more is a mistake of the school's statement. */
const largestCount = 100_000_000;

interface Group extends Omit<MappedDistribution, 'counts' | 'total' | 'gradeScale'> {
  /** By scale. */
  readonly grades: Map<string, Map<string, CountedGrade>>;
  readonly ownScales: Map<string, GradeScale>;
  understood: boolean;
}

/**
 * Distributions of passing grades by reference group and scale. Failing grades and statuses (缓考, 免修 …) are not
 * counted; a grade of which nobody knows whether it passes makes its group unknown, because a table without it would
 * give every grade another rank. Groups of fewer than ten results are left out.
 */
export function gradeDistributions(
  rows: readonly NativeRow[],
  columns: NonNullable<Mapping['gradeCount']>,
  rules: GradeRules & Pick<Mapping['grades'], 'scales'>,
  words: LevelWords,
): MappedDistribution[] {
  const groups = new Map<string, Group>();
  for (const row of rows) {
    const group = groupOf(row, columns, groups);
    const ownScale = rules.scales?.find(({ when }) => holds(row, when));
    const grade = readGrade(textOf(row, columns.grade), { ...rules, ownScale }, words);
    const count = countIn(textOf(row, columns.count));
    if (grade === null || count === null || isCorruptText(grade.native)) {
      group.understood = false;
    } else if (grade.status === null && grade.passed === null) {
      group.understood = false;
    } else if (grade.status === null && grade.passed === true && count > 0) {
      const scale = grade.scale ?? '';
      const counted = group.grades.get(scale) ?? new Map<string, CountedGrade>();
      if (ownScale !== undefined) group.ownScales.set(scale, ownScale);
      const { native, percentage } = grade;
      const before = counted.get(native)?.count ?? 0;
      group.grades.set(
        scale,
        counted.set(native, { nativeGrade: native, percentage, count: before + count }),
      );
    }
  }
  return [...groups.values()].flatMap(({ grades, ownScales, understood, ...group }) => {
    if (!understood) return [{ ...group, gradeScale: null, counts: null, total: 0 }];
    return [...grades].flatMap(([scale, counted]) => {
      const counts = [...counted.values()];
      const total = counts.reduce((sum, { count }) => sum + count, 0);
      if (total < smallestGroup) return [];
      return [{ ...group, gradeScale: scale || null, counts: inOrder(counts, ownScales.get(scale)), total }];
    });
  });
}

function groupOf(
  row: NativeRow,
  columns: NonNullable<Mapping['gradeCount']>,
  groups: Map<string, Group>,
): Group {
  const facts = {
    referenceGroup: wholeTextOf(row, columns.referenceGroup),
    fieldOfStudy: fieldIn(textOf(row, columns.fieldOfStudy)),
    level: levelOf(row, columns.level),
    fromYear: yearIn(textOf(row, columns.fromYear)),
    toYear: yearIn(textOf(row, columns.toYear)),
  };
  const key = JSON.stringify(facts);
  const group = groups.get(key) ?? {
    ...facts,
    grades: new Map(),
    ownScales: new Map(),
    understood: facts.referenceGroup !== null,
  };
  groups.set(key, group);
  return group;
}

/**
 * Best first: by percentage, as the school's scale lists its grades, or by the numbers of a scale. Null where nothing of
 * it orders two grades, because the order of a school's words is not guessed.
 */
function inOrder(counts: readonly CountedGrade[], scale: GradeScale | undefined): CountedGrade[] | null {
  const places = counts.map(({ nativeGrade }) => scale?.fromBest?.indexOf(nativeGrade) ?? -1);
  if (!places.includes(-1)) {
    return counts
      .map((count, at) => ({ count, place: places[at] ?? 0 }))
      .sort((a, b) => a.place - b.place)
      .map(({ count }) => count);
  }
  const values = counts.map(({ nativeGrade, percentage }) =>
    scale?.numbers === undefined ? percentage : parseAmount(nativeGrade),
  );
  if (counts.length > 1 && values.includes(null)) return null;
  return counts
    .map((count, at) => ({ count, value: values[at] ?? '0' }))
    .sort((a, b) => compare(b.value, a.value))
    .map(({ count }) => count);
}

function countIn(text: string | null): number | null {
  const count = /^\d{1,9}(?:\.0+)?$/.test(text ?? '') ? Number(text) : null;
  return count !== null && count <= largestCount ? count : null;
}

/** ISCED-F 2013, narrow (`061`) or detailed (`0613`). */
function fieldIn(text: string | null): string | null {
  return /^\d{3,4}$/.test(text ?? '') ? text : null;
}

function yearIn(text: string | null): string | null {
  const years = /^(\d{4})-(\d{4})$/.exec(text ?? '');
  return years && Number(years[2]) === Number(years[1]) + 1 ? text : null;
}
