/** Runs work later. Everything that waits takes one, so that tests need not. */
export interface Scheduler {
  /** @returns a function that calls the work off */
  after(milliseconds: number, work: () => void): () => void;
}

/** Node fires a longer timer at once; a token of 30 days needs one. */
const longestTimer = 2_147_483_647;

/** The machine's timers; they keep no process alive. */
export const systemScheduler: Scheduler = {
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
