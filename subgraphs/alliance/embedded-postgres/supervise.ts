import { setTimeout as delay } from 'node:timers/promises';
import type { Postmaster } from './postmaster.js';

/** A server that is started again when it dies. */
export interface Supervised {
  readonly pid: number;
  stop(): Promise<void>;
}

const SHORTEST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 10_000;

/**
 * Keeps one server running until `stop`. PostgreSQL restarts its own backends after a crash; this covers the
 * postmaster itself (the kernel's out-of-memory killer likes it). The address stays, so pools just reconnect.
 * It never gives up: a full disk may be emptied, and readiness checks tell meanwhile.
 */
export async function supervise(
  launch: () => Promise<Postmaster>,
  log: (line: string) => void,
): Promise<Supervised> {
  let current = await launch();
  let revival: Promise<void> = Promise.resolve();
  const stopping = new AbortController();
  let stopped: Promise<void> | undefined;

  const revive = async (how: string): Promise<void> => {
    log(`PostgreSQL ended (${how}); starting it again`);
    for (
      let pause = SHORTEST_PAUSE_MS;
      !stopping.signal.aborted;
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
    ) {
      try {
        await delay(pause, undefined, { ref: false, signal: stopping.signal });
        current = await launch();
        watch(current);
        return;
      } catch (error) {
        if (stopping.signal.aborted) return;
        log(
          `PostgreSQL could not be started again: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
    }
  };
  const watch = (postmaster: Postmaster): void => {
    void postmaster.exited.then((how) => {
      if (!stopping.signal.aborted) revival = revive(how);
    });
  };
  watch(current);

  return {
    get pid() {
      return current.pid;
    },
    stop: () => {
      stopping.abort();
      return (stopped ??= revival.then(() => current.stop()));
    },
  };
}
