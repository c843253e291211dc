/** Calls back once after a number of milliseconds; the answer cancels. Injected, so that tests need not wait. */
export type Timer = (milliseconds: number, callback: () => void) => () => void;

/** The machine's timers; a waiting one does not keep the process alive. */
export const systemTimer: Timer = (milliseconds, callback) => {
  const timeout = setTimeout(callback, milliseconds);
  timeout.unref();
  return () => clearTimeout(timeout);
};
