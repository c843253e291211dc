import type { GuardContext } from '../../kit/room/machine/machine-definition.js';
import { defineMachine, type StateOf } from '../../kit/room/machine/machine.js';

/** What the guards of a review look at. */
export interface GrantReviewFacts {
  /** The subject of the person who holds the grant. */
  readonly holder: string;
}

/** Nobody says of their own rights that they are still needed (model.md section 3.12). */
function bySomebodyElse({ principal, facts }: GuardContext<GrantReviewFacts>) {
  return principal.subject === facts.holder ? ('GRANT_SAME_PERSON' as const) : undefined;
}

/** `reviewGrant` with KEEP is `reviewGrant`, with END it is `endReviewedGrant`. No deadline ends a grant. */
export const grantReviewMachine = defineMachine({
  name: 'GrantReview',
  source: 'S2 权限A 一.5; model.md section 3.12; the interval is ours',
  initial: ['OPEN'],
  states: {
    OPEN: {
      title: { zh: '待复核', en: 'To be reviewed' },
      waitsFor: ['INSTITUTION_ADMIN', { role: 'SECRETARIAT', anywhere: true }],
      dueInDays: 30,
    },
    KEPT: { title: { zh: '保留', en: 'Kept until the next review' }, final: true },
    ENDED: { title: { zh: '终止', en: 'Ended by the review' }, final: true },
    LAPSED: { title: { zh: '授权已先行终止', en: 'The grant was over before' }, final: true },
  },
  actions: {
    reviewGrant: {
      title: { zh: '保留授权', en: 'Keep the grant' },
      from: ['OPEN'],
      to: 'KEPT',
      by: ['INSTITUTION_ADMIN', { role: 'SECRETARIAT', anywhere: true }],
      guard: bySomebodyElse,
    },
    endReviewedGrant: {
      title: { zh: '终止授权', en: 'End the grant' },
      from: ['OPEN'],
      to: 'ENDED',
      by: ['INSTITUTION_ADMIN', { role: 'SECRETARIAT', anywhere: true }],
      guard: bySomebodyElse,
    },
    lapseGrantReview: {
      title: { zh: '无须复核', en: 'Nothing is left to review' },
      from: ['OPEN'],
      to: 'LAPSED',
      by: ['SERVICE'],
    },
  },
});

/** The states of a review. */
export type GrantReviewStateName = StateOf<typeof grantReviewMachine>;
