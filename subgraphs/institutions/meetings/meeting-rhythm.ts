import type { BodyKind } from '../bodies/body.types.js';

/** How often a body meets at least: the assembly yearly, the council once or twice a year (charter art. 13, 15). */
export const meetsEveryMonths: Readonly<Partial<Record<keyof typeof BodyKind, number>>> = {
  ASSEMBLY: 12,
  COUNCIL: 12,
};

/** Whether more than half of the seats call for a special meeting, in integers (charter art. 15). */
export function isCalledByMajority(calls: number, seats: number): boolean {
  return calls * 2 > seats;
}

/** The instant from which a body's next ordinary meeting is overdue. */
export function nextMeetingDue(lastHeldAt: Date, everyMonths: number): Date {
  const due = new Date(lastHeldAt);
  due.setUTCMonth(due.getUTCMonth() + everyMonths);
  return due;
}
