import { legalDate } from '../../kit/base/clock.js';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import type { MutationTransaction } from '../../kit/room/scope/mutate.js';
import type { MotionConsequence } from '../motions/motion-consequence.js';
import { holdSubject } from '../motions/motion-subject.js';
import { RegulationEntity, type RegulationRow } from './regulation.entity.js';
import { charterCode } from './regulation-in-force.js';
import { regulationMachine } from './regulation.machine.js';
import { regulationWork } from './regulation.work.js';

/** What a decision makes of a draft. Only drafts of the charter need the council's two thirds. */
function adoption(
  rule: Pick<MotionConsequence, 'kind' | 'body' | 'threshold'>,
  isMeant: (row: RegulationRow) => boolean,
): MotionConsequence {
  return {
    ...rule,
    async assertAwaited(transaction: MutationTransaction, subjectId: string): Promise<void> {
      await holdSubject(transaction, subjectId);
      const [row] = await transaction.find(RegulationEntity, { id: subjectId });
      if (row === undefined || !isMeant(row)) {
        throw refuse('NOT_FOUND', { type: 'Regulation', id: subjectId }, ['input', 'subjectId']);
      }
      if (row.state !== 'DRAFT') throw refuse('REGULATION_NO_DRAFT', {}, ['input', 'subjectId']);
    },
    async decided(transaction, scope, { subjectId, motionId, carried, decidedAt }) {
      const row = await transaction.lock(RegulationEntity, subjectId);
      row.state = regulationMachine.next(carried ? 'adopt' : 'reject', row.state as 'DRAFT');
      row.stateSince = decidedAt;
      row.motionId = motionId;
      if (carried) {
        row.adoptedOn = legalDate(decidedAt);
        // Nothing is in force before it was adopted, however long the vote took.
        if (row.effectiveFrom < row.adoptedOn) row.effectiveFrom = row.adoptedOn;
      }
      await transaction.work(regulationWork, row);
      transaction.wake('Regulation', row.id);
    },
  };
}

/** The council amends the charter, by two thirds of all its seats (charter art. 24, model.md section 9.2). */
export const amendCharter = adoption(
  { kind: 'AMEND_CHARTER', body: 'COUNCIL', threshold: 'TWO_THIRDS_OF_ELECTORATE' },
  ({ code }) => code === charterCode,
);

/** The council or the standing council adopts the other rules [P]. */
export const adoptRegulation = adoption(
  { kind: 'ADOPT_REGULATION', body: ['COUNCIL', 'STANDING_COUNCIL'], threshold: 'SIMPLE_MAJORITY' },
  ({ code }) => code !== charterCode,
);
