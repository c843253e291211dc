import { refuse } from '../../base/errors/amrlo-error.js';

/** How long one point of a series is: a month, a quarter or a year of the calendar. */
export type CalendarStep = 'MONTH' | 'QUARTER' | 'YEAR';

/** A half-open interval of legal dates, `YYYY-MM-DD` in Asia/Shanghai. */
export interface LegalPeriod {
  readonly from: string;
  readonly to: string;
}

/** More points than a chart can show, and few enough for one statement. */
const mostPeriods = 240;

const monthsOf: Record<CalendarStep, number> = { MONTH: 1, QUARTER: 3, YEAR: 12 };

/**
 * The calendar periods that an interval covers, in order, without a gap: each begins with its month, quarter or year,
 * but for the first, which begins where the interval does, and the last, which ends where it does.
 * @throws AmrloError `INTERVAL_EMPTY`, `SERIES_TOO_LONG`
 */
export function calendarPeriods({ from, to }: LegalPeriod, every: CalendarStep): LegalPeriod[] {
  if (from >= to) throw refuse('INTERVAL_EMPTY', {}, ['to']);
  const periods: LegalPeriod[] = [];
  for (let begin = from; begin < to;) {
    if (periods.length === mostPeriods) throw refuse('SERIES_TOO_LONG', { max: mostPeriods }, ['to']);
    const next = startAfter(begin, monthsOf[every]);
    const end = next < to ? next : to;
    periods.push({ from: begin, to: end });
    begin = end;
  }
  return periods;
}

/** The first day of the calendar period of so many months that begins after a day. */
function startAfter(day: string, months: number): string {
  const [year = 0, month = 1] = day.split('-').map(Number);
  const periodsBegun = Math.floor((year * 12 + month - 1) / months);
  const next = (periodsBegun + 1) * months;
  return `${String(Math.floor(next / 12)).padStart(4, '0')}-${String((next % 12) + 1).padStart(2, '0')}-01`;
}
