import { defineMachine, type StateOf } from '../../kit/room/machine/machine.js';
import type { GuardContext } from '../../kit/room/machine/machine-definition.js';

/** What the guards of a motion look at. */
export interface MotionFacts {
  readonly isElector: boolean;
  readonly isOpener: boolean;
  readonly hasBallots: boolean;
  /** Whether the closing date has come. */
  readonly isOver: boolean;
  /** Whether the one who asks has voted. */
  readonly hasVoted: boolean;
  /** Whether the votes that are missing can change nothing any more; those that were cast are final then. */
  readonly isSettled: boolean;
}

type Context = GuardContext<MotionFacts>;

const secretariat = { role: 'SECRETARIAT', anywhere: true } as const;
const council = { role: 'COUNCIL_MEMBER', anywhere: true } as const;

/** How long a motion is open where nobody says otherwise; in calendar days [P]. */
export const usualVotingDays = 14;

/** A motion. Who votes follows from the electorate, not from a role; the guard says so. */
export const motionMachine = defineMachine({
  name: 'Motion',
  source: 'model.md sections 3.14, 3.15, 9.2, 9.3; charter art. 13 to 17, 24',
  initial: ['OPEN'],
  states: {
    // Waits by name for those who have not voted, and then for the secretariat, which counts (motion.work.ts).
    OPEN: { title: { zh: '表决中', en: 'Open to votes' }, waitsFor: secretariat, dueInDays: usualVotingDays },
    CARRIED: { title: { zh: '通过', en: 'Carried' }, final: true },
    REJECTED: { title: { zh: '未通过', en: 'Not carried' }, final: true },
    WITHDRAWN: { title: { zh: '撤回', en: 'Withdrawn' }, final: true },
  },
  actions: {
    castBallot: {
      title: { zh: '投票', en: 'Vote' },
      from: ['OPEN'],
      by: ['OWNER', secretariat, council],
      guard: ({ facts }: Context) => {
        if (!facts.isElector) return 'MOTION_NOT_ELECTOR';
        if (facts.isOver) return 'MOTION_VOTE_OVER';
        return facts.hasVoted && facts.isSettled ? 'MOTION_VOTE_FINAL' : undefined;
      },
    },
    withdrawMotion: {
      title: { zh: '撤回议案', en: 'Withdraw' },
      from: ['OPEN'],
      to: 'WITHDRAWN',
      by: ['OWNER', secretariat, council],
      guard: ({ facts }: Context) => {
        if (!facts.isOpener) return 'MOTION_NOT_OPENER';
        return facts.hasBallots ? 'MOTION_VOTED_ON' : undefined;
      },
    },
    // One closing, two results: which of the two follows from the ballots.
    closeMotion: {
      title: { zh: '计票：通过', en: 'Count the votes: carried' },
      from: ['OPEN'],
      to: 'CARRIED',
      by: [secretariat],
      guard: ({ facts }: Context) => (facts.isOver || facts.isSettled ? undefined : 'MOTION_NOT_DECIDED'),
    },
    reject: {
      title: { zh: '计票：未通过', en: 'Count the votes: not carried' },
      from: ['OPEN'],
      to: 'REJECTED',
      by: ['SERVICE'],
    },
  },
});

/** The states of a motion. */
export type MotionStateName = StateOf<typeof motionMachine>;
