import type { MutationTransaction } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';

/** The bodies of the alliance that vote (charter art. 13 to 17). */
export type VotingBody = 'ASSEMBLY' | 'COUNCIL' | 'STANDING_COUNCIL' | 'SPECIAL_COUNCIL' | 'REVIEW_COMMITTEE';

/** How many must say yes, in integers: more than half of the votes cast, or two thirds of the whole electorate. */
export type MotionThreshold = 'SIMPLE_MAJORITY' | 'TWO_THIRDS_OF_ELECTORATE';

/** What a motion can be about; `GENERAL` has no consequence in the system. */
export const motionKinds = [
  'GENERAL',
  'ADMIT_MEMBER',
  'EXIT_MEMBER',
  'AMEND_CHARTER',
  'ADOPT_REGULATION',
  'FOUND_SUB_ALLIANCE',
  'DISSOLVE_SUB_ALLIANCE',
  'APPROVE_ACTIVITY',
  'ADOPT_FEE_SCHEDULE',
] as const;

/** What a motion is about. */
export type MotionKind = (typeof motionKinds)[number];

/** A motion that has been closed. */
export interface DecidedMotion {
  readonly motionId: string;
  readonly motionNo: string;
  readonly subjectId: string;
  readonly carried: boolean;
  /** The instant at which it was closed. */
  readonly decidedAt: Date;
}

/**
 * What follows from the decision of a motion: in the transaction that closes it, so that there is never a decision
 * without its effect, nor an effect without a decision (model.md sections 3.14 and 9.3).
 */
export interface MotionConsequence {
  readonly kind: Exclude<MotionKind, 'GENERAL'>;
  /** The body that decides this kind of motion, or those that may, and how. */
  readonly body: VotingBody | readonly VotingBody[];
  readonly threshold: MotionThreshold;
  /** Whether the subject waits for this decision now. @throws AmrloError a refusal when it does not */
  readonly assertAwaited: (transaction: MutationTransaction, subjectId: string) => Promise<void>;
  /** Takes the effect. Locks the subject itself. */
  readonly decided: (
    transaction: MutationTransaction,
    scope: RequestScope,
    decision: DecidedMotion,
  ) => Promise<void>;
}
