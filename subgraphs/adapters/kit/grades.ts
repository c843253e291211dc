import { compare, type Decimal } from '../../kit/base/decimal.js';
import { parseAmount } from './amounts.js';

/** What a word in the place of a grade says where it is no grade: a status (model.md section 5). */
export type GradeStatus = 'ABSENT' | 'MISCONDUCT' | 'EXEMPTED' | 'DEFERRED' | 'WITHDRAWN' | 'INCOMPLETE';

/** A scale whose grades stand for no percentage, such as 0 to 5, A to F, or passed and failed. */
export interface GradeScale {
  /** Absent for a scale that nobody has named. */
  readonly scale?: string | undefined;
  /** Whether a grade passes. */
  readonly passes: Readonly<Record<string, boolean>>;
  /** Its grades from the best to the worst. */
  readonly fromBest?: readonly string[] | undefined;
  /** Numbers of the scale, both ends included. */
  readonly numbers?:
    { readonly lowest: Decimal; readonly highest: Decimal; readonly passMark: Decimal } | undefined;
}

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
  /** The scale on which the grade is, where it is one without percentages. */
  readonly ownScale?: GradeScale | undefined;
  /** The scale on which this grade stands, where the system names one; null for a name that is not declared. */
  readonly scale?: { readonly name: string; readonly percentages: boolean } | null | undefined;
  /** What the system itself says about this grade, beside it. */
  readonly stated?: { readonly percentage: Decimal | null; readonly passed: boolean | null } | undefined;
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
  /** Nobody says what it is: no table gives it a number, and neither the school nor its system says whether it passes. */
  readonly unknownWord: boolean;
}

/**
 * Reads one grade as text. A number from 0 to 100 is itself; a level word goes through the school's own table
 * (the conventional 95/85/75/65 are never assumed); a status is not a grade; everything else is unknown.
 */
export function readGrade(text: string | null, rules: GradeRules, words: LevelWords): ReadGrade | null {
  const native = text?.trim();
  if (!native) return null;
  const status = said(rules.statuses, native);
  if (status !== undefined) {
    const failed = status === 'ABSENT' || status === 'MISCONDUCT' || status === 'WITHDRAWN';
    const passed = status === 'EXEMPTED' ? true : failed ? false : null;
    return { native, scale: null, percentage: null, passed, status, unknownWord: false };
  }
  const { scale, stated } = rules;
  if (rules.ownScale !== undefined) return onScale(native, rules.ownScale, stated?.passed ?? null);
  if (scale !== undefined && scale?.percentages !== true) {
    // A grade on a scale without percentages; nobody but the system can say whether it passes.
    const passed = scale === null ? null : (stated?.passed ?? null);
    return {
      native,
      scale: scale?.name ?? null,
      percentage: null,
      passed,
      status: null,
      unknownWord: scale === null,
    };
  }
  const number = parseAmount(native);
  if (number !== null) {
    const scaled = rules.toPercentage === undefined ? number : rules.toPercentage(number);
    const percentage = scaled !== null && compare(scaled, '100') <= 0 ? scaled : null;
    return {
      native,
      scale: percentage === number ? (scale?.name ?? rules.numberScale) : null,
      percentage,
      passed: percentage === null ? null : (stated?.passed ?? passes(percentage, rules.passMark)),
      status: null,
      unknownWord: percentage === null,
    };
  }
  const percentage = words.get(native) ?? statedPercentage(stated?.percentage);
  const passed = stated?.passed ?? said(rules.passWords, native) ?? passes(percentage, rules.passMark);
  return {
    native,
    scale: scale?.name ?? said(rules.wordScales, native) ?? null,
    percentage,
    passed,
    status: null,
    unknownWord: percentage === null && passed === null,
  };
}

/**
 * A grade that the scale does not have passes where the system says so, and is unknown otherwise. Where the scale and
 * the system disagree neither is believed.
 */
function onScale(
  native: string,
  { scale, passes: listed, numbers }: GradeScale,
  stated: boolean | null,
): ReadGrade {
  const fromList = said(listed, native);
  const number = fromList === undefined && numbers !== undefined ? parseAmount(native) : null;
  const isOnIt =
    number !== null &&
    numbers !== undefined &&
    compare(number, numbers.lowest) >= 0 &&
    compare(number, numbers.highest) <= 0;
  const onTheScale = fromList ?? (isOnIt ? compare(number, numbers.passMark) >= 0 : null);
  const passed =
    onTheScale === null || stated === null || stated === onTheScale ? (onTheScale ?? stated) : null;
  return {
    native,
    scale: onTheScale === null ? null : (scale ?? null),
    percentage: null,
    passed,
    status: null,
    unknownWord: passed === null,
  };
}

/** Systems put 0 beside a word that has no number (W, 缺考); it says nothing. */
function statedPercentage(value: Decimal | null | undefined): Decimal | null {
  return value == null || compare(value, '0') === 0 || compare(value, '100') > 0 ? null : value;
}

/** What a table of the mapping says of a word; nothing of words such as `constructor`, which every object has. */
export function said<T>(table: Readonly<Record<string, T>>, word: string): T | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined;
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
