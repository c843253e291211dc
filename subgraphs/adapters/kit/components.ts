import { compare, type Decimal } from '../../kit/base/decimal.js';
import { parseAmount } from './amounts.js';
import { readGrade, type GradeRules, type LevelWords } from './grades.js';
import type { Mapping } from './mapping.js';
import { isCorruptText, textOf, type NativeRow } from './native-row.js';

/** One part of a grade, in the words of the contract. */
export interface MappedComponent {
  readonly kind: string;
  readonly nativeName: string;
  readonly nativeGrade: string | null;
  readonly percentage: Decimal | null;
  readonly weight: Decimal | null;
}

/** The parts of a grade as far as they could be read. */
export interface ReadComponents {
  /** Empty where the row holds none, null where the mapping names no columns for them. */
  readonly components: MappedComponent[] | null;
  /** Whether one of them holds a grade or a weight that could not be read. */
  readonly unread: boolean;
}

/** The parts of a row's grade. */
export function componentsOf(
  row: NativeRow,
  declared: Mapping['result']['components'],
  rules: GradeRules,
  words: LevelWords,
): ReadComponents {
  if (declared === undefined) return { components: null, unread: false };
  const parts = declared.flatMap(({ kind, name, column, weight }) => {
    const grade = readGrade(textOf(row, column), rules, words);
    if (grade === null) return [];
    const weightText = textOf(row, weight);
    const share = parseAmount(weightText);
    const isShare = share !== null && compare(share, '100') <= 0;
    const isCorrupt = isCorruptText(grade.native);
    return [
      {
        component: {
          kind,
          nativeName: name,
          nativeGrade: isCorrupt ? null : grade.native,
          percentage: grade.percentage,
          weight: isShare ? share : null,
        },
        unread: isCorrupt || grade.unknownWord || (weightText !== null && !isShare),
      },
    ];
  });
  return {
    components: parts.map(({ component }) => component),
    unread: parts.some(({ unread }) => unread),
  };
}
