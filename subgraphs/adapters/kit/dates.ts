/** A calendar date that a source gives, as exact as the source is. */
export interface NativeDate {
  /** `YYYY-MM-DD`; null where the source gives no day, or gives one that can be read in two ways. */
  readonly date: string | null;
  /** `YYYY-MM`; null where nothing is certain. */
  readonly month: string | null;
}

/** Which of `1/05/2023` is the day; undefined when nobody knows, then such a date stays unknown. */
export type DayOrder = 'DAY_FIRST' | 'MONTH_FIRST' | undefined;

const unknown: NativeDate = { date: null, month: null };

/**
 * Reads the date in a text of one of the forms seen in records systems: `19810101`, `1981-01-01`, `1981/1/1`,
 * `198101`, `1981-01`, each date with or without a time after it (`2014-01-15 10:22:33`, `2014/1/15, 10:22:33`,
 * `2014-01-15T02:22:33Z`), and `15/06/2023`. A date that does not exist is unknown; nothing is repaired.
 */
export function parseNativeDate(text: string | null | undefined, order?: DayOrder): NativeDate {
  const day = (text ?? '').trim().split(/[T\s,]/, 1)[0] ?? '';
  const compact = /^(\d{4})(\d{2})(\d{2})?$/.exec(day);
  if (compact) return fromParts(compact[1], compact[2], compact[3]);
  const yearFirst = /^(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?$/.exec(day);
  if (yearFirst) return fromParts(yearFirst[1], yearFirst[2], yearFirst[3]);
  const yearLast = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$/.exec(day);
  if (!yearLast) return unknown;
  const [, first = '', second = '', year] = yearLast;
  const decided = order ?? orderShownBy(day);
  if (first === second || Number(first) === Number(second)) return fromParts(year, first, second);
  if (decided === undefined) return unknown;
  return decided === 'DAY_FIRST' ? fromParts(year, second, first) : fromParts(year, first, second);
}

/** What one date of the form `15/06/2023` proves about the order in its column; undefined when it proves nothing. */
export function orderShownBy(text: string): DayOrder {
  const parts = /^(\d{1,2})[-/.](\d{1,2})[-/.]\d{4}/.exec(text.trim());
  if (!parts) return undefined;
  if (Number(parts[1]) > 12) return 'DAY_FIRST';
  return Number(parts[2]) > 12 ? 'MONTH_FIRST' : undefined;
}

function fromParts(year = '', month = '', day?: string): NativeDate {
  const yearMonth = `${year}-${month.padStart(2, '0')}`;
  if (!(Number(month) >= 1 && Number(month) <= 12) || Number(year) < 1900 || Number(year) > 2200)
    return unknown;
  if (day === undefined) return { date: null, month: yearMonth };
  const date = `${yearMonth}-${day.padStart(2, '0')}`;
  const instant = new Date(`${date}T00:00:00Z`);
  const exists = !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(date);
  return exists ? { date, month: yearMonth } : unknown;
}

/** The day after a `YYYY-MM-DD`. */
export function dayAfter(date: string): string {
  return new Date(new Date(`${date}T00:00:00Z`).getTime() + 86_400_000).toISOString().slice(0, 10);
}

/**
 * The instant in a text that names one to the second: with its offset, or as a time of the school's clock
 * (Asia/Shanghai, which has no summer time). Null for a day alone and for everything else.
 */
export function parseNativeInstant(text: string | null | undefined): Date | null {
  const parts = /^(\S+?)(?:T|,?\s+)(\d{1,2}:\d{2}:\d{2})(\.\d{1,9})?\s*(Z|[+-]\d{2}:?\d{2})?$/.exec(
    (text ?? '').trim(),
  );
  const { date } = parseNativeDate(parts?.[1]);
  if (!parts || date === null) return null;
  const [, , time = '', fraction = '', offset] = parts;
  const zone = (offset ?? '+08:00').replace(/^([+-]\d{2})(\d{2})$/, '$1:$2');
  const instant = new Date(`${date}T${time.padStart(8, '0')}${fraction.slice(0, 4)}${zone}`);
  return Number.isNaN(instant.getTime()) ? null : instant;
}
