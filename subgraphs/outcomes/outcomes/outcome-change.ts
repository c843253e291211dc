import { refuse } from '../../kit/base/errors/amrlo-error.js';
import type { LearningOutcomeRow } from './outcome.entity.js';
import type { OutcomeAction } from './outcome.machine.js';

/** What the steps of an outcome bring with them; each step has some of it. */
export interface OutcomeStep {
  readonly outcomeId: string;
  readonly expectedVersion: number;
  readonly reason?: string;
  readonly supplement?: string;
  readonly expertSubject?: string;
  readonly recognisedFrom?: string;
  readonly validUntil?: string | null;
}

/** What a step changes on the row besides its state. */
export type OutcomeChange = Partial<
  Pick<
    LearningOutcomeRow,
    | 'note'
    | 'supplement'
    | 'assignedExpert'
    | 'recognisedFrom'
    | 'validUntil'
    | 'decidedBy'
    | 'rejectedBy'
    | 'appeals'
  >
>;

/**
 * What a step changes; pure.
 * @param subject the person who takes it
 * @throws AmrloError `INTERVAL_EMPTY`, or why this expert cannot be assigned
 */
export function changeOf(
  action: OutcomeAction,
  step: OutcomeStep,
  row: Pick<LearningOutcomeRow, 'appeals' | 'proposedBy' | 'rejectedBy' | 'state'>,
  subject: string,
): OutcomeChange {
  const note = step.reason ?? null;
  switch (action) {
    case 'sendOutcomeSupplement':
      return { supplement: step.supplement ?? null, note: null };
    case 'assignOutcomeExpert': {
      const expert = step.expertSubject!;
      const path = ['input', 'expertSubject'];
      if (expert === row.proposedBy) throw refuse('OUTCOME_SAME_PERSON', {}, path);
      if (row.state === 'APPEALED' && expert === row.rejectedBy)
        throw refuse('OUTCOME_OTHER_EXPERT', {}, path);
      return { assignedExpert: expert };
    }
    case 'certifyOutcome': {
      const { recognisedFrom, validUntil } = step;
      if (validUntil != null && validUntil <= recognisedFrom!) {
        throw refuse('INTERVAL_EMPTY', {}, ['input', 'validUntil']);
      }
      return {
        recognisedFrom: recognisedFrom!,
        validUntil: validUntil ?? null,
        decidedBy: subject,
        note: null,
      };
    }
    case 'rejectOutcome':
      return { decidedBy: subject, rejectedBy: subject, note };
    case 'fileOutcomeAppeal':
      // Another expert decides, so the one before is no longer in charge.
      return { appeals: row.appeals + 1, assignedExpert: null, decidedBy: null, note };
    default:
      return { note };
  }
}
