/**
 * Where "now" comes from, and what runs later. Everything that reads time or waits takes a clock, so that deadlines
 * can be tested without waiting.
 */
export interface Clock {
  /** The current instant. */
  now(): Date;
  /**
   * Runs work once after a number of milliseconds.
   * @returns a function that calls the work off
   */
  after(milliseconds: number, work: () => void): () => void;
}

/** Node fires a longer timer at once; a token of 30 days needs one. */
const longestTimer = 2_147_483_647;

/** The machine's clock; a timer of it keeps no process alive. */
export const systemClock: Clock = {
  now: () => new Date(),
  after(milliseconds, work) {
    let rest = milliseconds;
    let timer: NodeJS.Timeout;
    const arm = (): void => {
      const step = Math.min(rest, longestTimer);
      rest -= step;
      timer = setTimeout(() => (rest > 0 ? arm() : work()), step);
      timer.unref();
    };
    arm();
    return () => clearTimeout(timer);
  },
};

/** A clock that stands still until it is moved; for tests. */
export class FakeClock implements Clock {
  #now: number;
  #planned: { readonly at: number; readonly milliseconds: number; readonly work: () => void }[] = [];
  #watchers: (() => void)[] = [];

  constructor(start: string | Date = '2026-01-15T08:00:00Z') {
    this.#now = new Date(start).getTime();
  }

  now(): Date {
    return new Date(this.#now);
  }

  after(milliseconds: number, work: () => void): () => void {
    const entry = { at: this.#now + milliseconds, milliseconds, work };
    this.#planned.push(entry);
    for (const tell of this.#watchers.splice(0)) tell();
    return () => void (this.#planned = this.#planned.filter((one) => one !== entry));
  }

  /** The pauses under way, in milliseconds, in the order in which they began. */
  get waiting(): readonly number[] {
    return this.#planned.map(({ milliseconds }) => milliseconds);
  }

  /** Resolves when a pause of that length is under way. */
  async untilWaiting(milliseconds: number): Promise<void> {
    while (!this.waiting.includes(milliseconds))
      await new Promise<void>((resolve) => this.#watchers.push(resolve));
  }

  /** Moves time forward by a number of milliseconds; what falls due on the way runs at its instant, in order. */
  advance(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (;;) {
      // Looked up anew each time: the work may have planned more, or called some off.
      const [next] = this.#planned.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#planned = this.#planned.filter((one) => one !== next);
      this.#now = Math.max(this.#now, next.at);
      next.work();
    }
    this.#now = end;
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
