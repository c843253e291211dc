/** Digits of a moment on a wall clock, as records systems write it. */
export interface WallClock {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** Digits after the second, without zeros at the end. */
  readonly fraction: string;
}

/** `2020-01-15 10:22:33.5`, the form in which every dialect gives a moment. */
export function momentText(moment: WallClock): string {
  return `${dayText(moment)} ${timeText(moment)}`;
}

/** `2020-01-15`. */
export function dayText({ year, month, day }: Pick<WallClock, 'year' | 'month' | 'day'>): string {
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
}

/** `10:22:33.5`. */
export function timeText({
  hour,
  minute,
  second,
  fraction,
}: Omit<WallClock, 'year' | 'month' | 'day'>): string {
  return `${two(hour)}:${two(minute)}:${two(second)}${fraction === '' ? '' : `.${fraction}`}`;
}

/** The moment that a Date shows in UTC. */
export function utcClock(date: Date): WallClock {
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    fraction: fractionText(date.getUTCMilliseconds(), 3),
  };
}

/** The moment that a Date shows in the time zone of this process. */
export function localClock(date: Date): WallClock {
  return {
    year: date.getFullYear(),
    month: date.getMonth() + 1,
    day: date.getDate(),
    hour: date.getHours(),
    minute: date.getMinutes(),
    second: date.getSeconds(),
    fraction: fractionText(date.getMilliseconds(), 3),
  };
}

/** An instant as clocks in China show it, with its offset: a date in a record is a Chinese date. */
export function instantText(instant: Date): string {
  return `${momentText(utcClock(new Date(instant.getTime() + 8 * 3_600_000)))}+08:00`;
}

/** Parts of a second, `digits` of them, without zeros at the end. */
export function fractionText(parts: number, digits: number): string {
  return String(parts).padStart(digits, '0').replace(/0+$/, '');
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
