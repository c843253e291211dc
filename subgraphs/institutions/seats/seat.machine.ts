import { defineMachine, type StateOf } from '../../kit/room/machine/machine.js';
import type { GuardContext } from '../../kit/room/machine/machine-definition.js';

/** What the guards of a seat look at. */
export interface SeatFacts {
  /** Whether the interval is over. */
  readonly expired: boolean;
}

const secretariat = { role: 'SECRETARIAT', anywhere: true } as const;

const notExpired = ({ facts }: GuardContext<SeatFacts>) =>
  facts.expired ? ('SEAT_EXPIRED' as const) : undefined;

/** A seat, from its appointment on. Its interval ends by the calendar; the steps say what the secretariat did about it. */
export const seatMachine = defineMachine({
  name: 'Seat',
  source: 'charter art. 13 to 15',
  initial: ['HELD'],
  states: {
    // The due date of a seat is the end of its interval (seat.work.ts); the days are those of a term of two years.
    HELD: { title: { zh: '在任', en: 'Held' }, waitsFor: secretariat, dueInDays: 730 },
    // The member has left; the secretariat has the body's seat filled again [P].
    VACATED: { title: { zh: '出缺', en: 'Vacant, its member left' }, waitsFor: secretariat, dueInDays: 60 },
    ENDED: { title: { zh: '已卸任', en: 'Ended' }, final: true },
    REPLACED: { title: { zh: '已改派', en: 'Taken over by another person' }, final: true },
  },
  actions: {
    renewSeat: {
      title: { zh: '连任', en: 'Renew for another term' },
      from: ['HELD'],
      by: [secretariat],
      guard: notExpired,
    },
    replaceSeatHolder: {
      title: { zh: '改派代表', en: 'Send another person for the rest of the term' },
      from: ['HELD'],
      to: 'REPLACED',
      by: [secretariat],
      guard: notExpired,
    },
    endSeat: {
      title: { zh: '卸任', en: 'End' },
      from: ['HELD', 'VACATED'],
      to: 'ENDED',
      by: [secretariat],
    },
    // Follows from the decision by which the member leaves.
    vacate: {
      title: { zh: '因成员退出而出缺', en: 'Its member leaves' },
      from: ['HELD'],
      to: 'VACATED',
      by: ['SERVICE'],
    },
  },
});

/** The states of a seat. */
export type SeatStateName = StateOf<typeof seatMachine>;
