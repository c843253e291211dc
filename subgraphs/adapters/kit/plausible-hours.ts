import Fraction from 'fraction.js';
import type { Decimal } from '../../kit/base/decimal.js';
import { parseAmount } from './amounts.js';
import { isWeeklyHours, parseWeeks, totalHours } from './hours.js';
import type { Mapping } from './mapping.js';
import { textOf, type NativeRow } from './native-row.js';

/** Contact hours of one credit of a Chinese scheme (model.md section 4, measured on 6,416 offerings). */
const hoursPerCredit = { least: 8, most: 64 } as const;

/** Hours as far as they can be believed, with what a reader must know about them. */
export interface PlausibleHours {
  readonly hours: Decimal | null;
  readonly flags: readonly ('HOURS_UNKNOWN' | 'HOURS_IMPLAUSIBLE')[];
  /** Whether the row says something about hours that could not be read or believed. */
  readonly unread: boolean;
}

/**
 * The contact hours of a row. Hours that no credit of a contact-hour scheme (`CN-…`) can have are not repaired and not
 * given: real catalogues hold a cohort's year in the place of hours.
 */
export function plausibleHours(
  row: NativeRow,
  declared: Mapping['result']['hours'],
  { credits, creditScheme }: { readonly credits: Decimal | null; readonly creditScheme: string },
): PlausibleHours {
  const hours = hoursOf(row, declared);
  if (hours === null) return { hours, flags: ['HOURS_UNKNOWN'], unread: areUnread(row, declared) };
  if (credits === null || !creditScheme.startsWith('CN-')) return { hours, flags: [], unread: false };
  const share = new Fraction(hours);
  const fits =
    share.compare(new Fraction(credits).mul(hoursPerCredit.least)) >= 0 &&
    share.compare(new Fraction(credits).mul(hoursPerCredit.most)) <= 0;
  // A course without credits (形势与政策 …) has hours all the same.
  if (fits || new Fraction(credits).equals(0)) return { hours, flags: [], unread: false };
  return { hours: null, flags: ['HOURS_UNKNOWN', 'HOURS_IMPLAUSIBLE'], unread: true };
}

function hoursOf(row: NativeRow, declared: Mapping['result']['hours']): Decimal | null {
  if (declared === undefined) return null;
  if ('total' in declared) return parseAmount(textOf(row, declared.total));
  return totalHours(
    textOf(row, declared.perWeek),
    textOf(row, declared.weeks),
    declared.hoursPerPracticeWeek,
  );
}

/** Weeks of practice are read and stand for no hours where the school does not say how many; a missing part is missing. */
function areUnread(row: NativeRow, declared: Mapping['result']['hours']): boolean {
  if (declared === undefined) return false;
  if ('total' in declared) return textOf(row, declared.total) !== null;
  const [perWeek, weeks] = [textOf(row, declared.perWeek), textOf(row, declared.weeks)];
  const hasBadWeeks = weeks !== null && parseWeeks(weeks) === null;
  return hasBadWeeks || (perWeek !== null && !isWeeklyHours(perWeek));
}
