import { compare, type Decimal } from '../../kit/base/decimal.js';
import { parseAmount } from './amounts.js';

/** What a word in the place of a grade says where it is no grade: a status (model.md section 5). */
export type GradeStatus = 'ABSENT' | 'MISCONDUCT' | 'EXEMPTED' | 'DEFERRED' | 'WITHDRAWN' | 'INCOMPLETE';

/** How a school grades. */
export interface GradeRules {
  /** The lowest percentage that passes. */
  readonly passMark: Decimal;
  /** Words that are statuses and no grades. */
  readonly statuses: Readonly<Record<string, GradeStatus>>;
  /** The scale of each level word; a word without one has no known scale. */
  readonly wordScales: Readonly<Record<string, string>>;
  /** Words that pass or fail although the school's table gives them no number. */
  readonly passWords: Readonly<Record<string, boolean>>;
  /** The scale of plain numbers from 0 to 100. */
  readonly numberScale: string;
  /** Brings a number of a scale of its own to a percentage, null where its range is unknown; absent: it is one. */
  readonly toPercentage?: ((value: Decimal) => Decimal | null) | undefined;
}

/** The school's own table of level words and the percentages that stand for them (Zhengfang: CJDZB). */
export type LevelWords = ReadonlyMap<string, Decimal>;

/** A grade as far as it could be read. */
export interface ReadGrade {
  readonly native: string;
  readonly scale: string | null;
  /** Null when the school's tables do not give a number; never 0 in place of unknown. */
  readonly percentage: Decimal | null;
  readonly passed: boolean | null;
  readonly status: GradeStatus | null;
  /** The word stands in no table. */
  readonly unknownWord: boolean;
}

/**
 * Reads one grade as text. A number from 0 to 100 is itself; a level word goes through the school's own table
 * (the conventional 95/85/75/65 are never assumed); a status is not a grade; everything else is unknown.
 */
export function readGrade(text: string | null, rules: GradeRules, words: LevelWords): ReadGrade | null {
  const native = text?.trim();
  if (!native) return null;
  const status = rules.statuses[native];
  if (status !== undefined) {
    const failed = status === 'ABSENT' || status === 'MISCONDUCT' || status === 'WITHDRAWN';
    const passed = status === 'EXEMPTED' ? true : failed ? false : null;
    return { native, scale: null, percentage: null, passed, status, unknownWord: false };
  }
  const number = parseAmount(native);
  if (number !== null) {
    const scaled = rules.toPercentage === undefined ? number : rules.toPercentage(number);
    const percentage = scaled !== null && compare(scaled, '100') <= 0 ? scaled : null;
    return {
      native,
      scale: percentage === number ? rules.numberScale : null,
      percentage,
      passed: passes(percentage, rules.passMark),
      status: null,
      unknownWord: percentage === null,
    };
  }
  const percentage = words.get(native) ?? null;
  const said = rules.passWords[native];
  return {
    native,
    scale: rules.wordScales[native] ?? null,
    percentage,
    passed: said ?? passes(percentage, rules.passMark),
    status: null,
    unknownWord: percentage === null,
  };
}

function passes(percentage: Decimal | null, passMark: Decimal): boolean | null {
  return percentage === null ? null : compare(percentage, passMark) >= 0;
}

/** The table of level words from the school's rows; words without a readable number are left out. */
export function levelWordsOf(
  rows: Iterable<{ word: string | null; percentage: string | null }>,
): Map<string, Decimal> {
  const words = new Map<string, Decimal>();
  for (const { word, percentage } of rows) {
    const value = parseAmount(percentage);
    if (word && value !== null && compare(value, '100') <= 0) words.set(word.trim(), value);
  }
  return words;
}
