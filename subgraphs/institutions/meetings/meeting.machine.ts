import { defineMachine, type StateOf } from '../../kit/room/machine/machine.js';
import type { GuardContext } from '../../kit/room/machine/machine-definition.js';

/** What the guards of a meeting look at. */
export interface MeetingFacts {
  readonly isInvited: boolean;
  readonly isOpener: boolean;
  readonly isChair: boolean;
  readonly hasBegun: boolean;
  /** Whether it is recorded who came. */
  readonly isHeld: boolean;
}

type Context = GuardContext<MeetingFacts>;

const secretariat = { role: 'SECRETARIAT', anywhere: true } as const;
const council = { role: 'COUNCIL_MEMBER', anywhere: true } as const;

const afterBegin = ({ facts }: Context) => (facts.hasBegun ? undefined : ('MEETING_NOT_BEGUN' as const));

/** A meeting. Who belongs to the body follows from its seats, not from a role; the guards say so. */
export const meetingMachine = defineMachine({
  name: 'Meeting',
  source: 'charter art. 13, 15; days [P]',
  initial: ['REQUESTED', 'CALLED'],
  states: {
    // Waits by name for those of the body who have not joined the call (meeting.work.ts).
    REQUESTED: { title: { zh: '提议中', en: 'Called for' }, waitsFor: secretariat, dueInDays: 60 },
    TO_SCHEDULE: { title: { zh: '待安排', en: 'To be scheduled' }, waitsFor: secretariat, dueInDays: 30 },
    CALLED: { title: { zh: '已召集', en: 'Called' }, waitsFor: secretariat, dueInDays: 60 },
    // Waits by name for the chair.
    MINUTES_RECORDED: {
      title: { zh: '记录待审定', en: 'Minutes to be approved' },
      waitsFor: secretariat,
      dueInDays: 30,
    },
    MINUTES_APPROVED: {
      title: { zh: '记录已审定', en: 'Minutes approved' },
      waitsFor: secretariat,
      dueInDays: 14,
    },
    CLOSED: { title: { zh: '已结束', en: 'Closed' }, final: true },
    WITHDRAWN: { title: { zh: '撤回', en: 'Call withdrawn' }, final: true },
    CANCELLED: { title: { zh: '取消', en: 'Cancelled' }, final: true },
  },
  actions: {
    supportSpecialMeeting: {
      title: { zh: '附议', en: 'Join the call' },
      from: ['REQUESTED'],
      by: ['OWNER', secretariat, council],
      guard: ({ facts }: Context) => (facts.isInvited ? undefined : 'MEETING_NOT_INVITED'),
    },
    reachMajority: {
      title: { zh: '过半数提议', en: 'More than half of the seats have called' },
      from: ['REQUESTED'],
      to: 'TO_SCHEDULE',
      by: ['SERVICE'],
    },
    withdrawMeetingRequest: {
      title: { zh: '撤回提议', en: 'Withdraw the call' },
      from: ['REQUESTED'],
      to: 'WITHDRAWN',
      by: ['OWNER', secretariat],
      guard: ({ facts, principal }: Context) =>
        facts.isOpener || principal.grants.some(({ role }) => role === 'SECRETARIAT')
          ? undefined
          : { code: 'ACTION_FORBIDDEN', parameters: { action: 'withdrawMeetingRequest' } },
    },
    scheduleMeeting: {
      title: { zh: '安排会议', en: 'Schedule' },
      from: ['TO_SCHEDULE'],
      to: 'CALLED',
      by: [secretariat],
    },
    cancelMeeting: {
      title: { zh: '取消会议', en: 'Cancel' },
      from: ['CALLED'],
      to: 'CANCELLED',
      by: [secretariat],
      guard: ({ facts }: Context) => (facts.isHeld ? 'MEETING_HELD' : undefined),
    },
    recordAttendance: {
      title: { zh: '记录出席', en: 'Record who came' },
      from: ['CALLED', 'MINUTES_RECORDED'],
      by: [secretariat],
      guard: afterBegin,
    },
    recordMinutes: {
      title: { zh: '提交会议记录', en: 'Record the minutes' },
      from: ['CALLED', 'MINUTES_RECORDED'],
      to: 'MINUTES_RECORDED',
      by: [secretariat],
      guard: afterBegin,
    },
    approveMinutes: {
      title: { zh: '审定会议记录', en: 'Approve the minutes' },
      from: ['MINUTES_RECORDED'],
      to: 'MINUTES_APPROVED',
      by: ['OWNER', secretariat, council],
      guard: ({ facts }: Context) => (facts.isChair ? undefined : 'MEETING_NOT_CHAIR'),
    },
    closeMeeting: {
      title: { zh: '结束', en: 'Close' },
      from: ['MINUTES_APPROVED'],
      to: 'CLOSED',
      by: [secretariat],
    },
  },
});

/** The states of a meeting. */
export type MeetingStateName = StateOf<typeof meetingMachine>;
