import Fraction from 'fraction.js';
import { parseDecimal, type Decimal } from '../../kit/base/decimal.js';

/** The number of teaching weeks in `01-16`, `1-8,10-16` or `5`; null when unreadable. */
export function parseWeeks(text: string | null | undefined): number | null {
  const parts = (text ?? '').replace(/周/g, '').trim().split(/[,，]/);
  const weeks = new Set<number>();
  for (const part of parts) {
    const range = /^\s*(\d{1,2})(?:\s*-\s*(\d{1,2}))?\s*$/.exec(part);
    if (!range) return null;
    const from = Number(range[1]);
    const to = Number(range[2] ?? range[1]);
    if (from < 1 || to < from || to > 60) return null;
    for (let week = from; week <= to; week += 1) weeks.add(week);
  }
  return weeks.size;
}

const practiceWeeks = /^\+(\d{1,2}(?:\.\d)?)$/;
const weeklyHours = /^(\d{1,2}(?:\.\d{1,2})?)(?:-(\d{1,2}(?:\.\d{1,2})?))?$/;

/** Whether a text says the hours of a week or weeks of practice, in one of the forms of `totalHours`. */
export function isWeeklyHours(text: string): boolean {
  return practiceWeeks.test(text.trim()) || weeklyHours.test(text.trim());
}

/**
 * All contact hours of a class. Zhengfang keeps hours per week (`3.0-1.0` = theory-laboratory) and, in another table,
 * the weeks; `+2` means two weeks of practice, whose hours only a school that defines an hour count per practice week
 * can give. Null when a part is missing: the total is not stored and is not guessed.
 */
export function totalHours(
  perWeek: string | null | undefined,
  weeks: string | null | undefined,
  hoursPerPracticeWeek?: number,
): Decimal | null {
  const text = (perWeek ?? '').trim();
  const practice = practiceWeeks.exec(text);
  if (practice)
    return hoursPerPracticeWeek === undefined ? null : exact(times(practice[1], hoursPerPracticeWeek));
  const weekly = weeklyHours.exec(text);
  const count = parseWeeks(weeks);
  if (!weekly || count === null) return null;
  return exact(times(weekly[1], count).add(times(weekly[2], count)));
}

function times(hours: string | undefined, count: number): Fraction {
  return new Fraction(hours ?? '0').mul(count);
}

function exact(value: Fraction): Decimal {
  return parseDecimal(value.toString(6));
}
