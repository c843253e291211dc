import type { Clock } from '../../base/clock.js';

/** Repeats a piece of background work: at start, after every pause, and when it is poked; never twice at once. */
export interface WorkLoop {
  start(): void;
  /** Asks for a round now; during a round it asks for one more after it. */
  poke(): void;
  /** Ends the loop; resolves when the round under way is finished. */
  stop(): Promise<void>;
}

/** A loop that survives failing rounds: they are reported, and the next one comes after the usual pause. */
export function createWorkLoop(options: {
  readonly clock: Clock;
  readonly everyMs: number;
  readonly work: () => Promise<void>;
  readonly failed: (error: unknown) => void;
}): WorkLoop {
  let running = false;
  let again = false;
  let round: Promise<void> | undefined;
  let cancelPause: (() => void) | undefined;

  function poke(): void {
    if (!running) return;
    if (round !== undefined) {
      again = true;
      return;
    }
    cancelPause?.();
    again = false;
    round = options
      .work()
      .catch(options.failed)
      .then(() => {
        round = undefined;
        if (!running) return;
        if (again) poke();
        else cancelPause = options.clock.after(options.everyMs, poke);
      });
  }

  return {
    start() {
      if (running) return;
      running = true;
      poke();
    },
    poke,
    async stop() {
      running = false;
      cancelPause?.();
      await round;
    },
  };
}
