/** Where "now" comes from. Everything that reads time takes a clock, so that deadlines can be tested without waiting. */
export interface Clock {
  /** The current instant. */
  now(): Date;
}

/** The machine's clock. */
export const systemClock: Clock = { now: () => new Date() };

/** A clock that stands still until it is moved; for tests. */
export class FakeClock implements Clock {
  #now: number;

  constructor(start: string | Date = '2026-01-15T08:00:00Z') {
    this.#now = new Date(start).getTime();
  }

  now(): Date {
    return new Date(this.#now);
  }

  /** Moves time forward by a number of milliseconds. */
  advance(milliseconds: number): void {
    this.#now += milliseconds;
  }
}

const shanghai = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Asia/Shanghai',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});

/** The legal calendar date of an instant, `YYYY-MM-DD` in Asia/Shanghai (model.md: legal dates are Chinese dates). */
export function legalDate(instant: Date): string {
  return shanghai.format(instant);
}
