/** Resolves when it is the caller's turn to plan. */
export type PlanningTurn = () => Promise<void>;

/**
 * Planning is synchronous, and many operations that nobody asked before may come at once. One of them is planned in a turn
 * of the event loop, in the order in which they came: whoever needs no planning waits for one plan at most.
 */
export function createPlanningTurns(): PlanningTurn {
  let last: Promise<void> = Promise.resolve();
  return () => (last = last.then(() => new Promise((resolve) => setImmediate(resolve))));
}
