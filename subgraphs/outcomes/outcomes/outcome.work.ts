import type { WorkSource } from '../../kit/room/work/work-source.js';
import { LearningOutcomeEntity, type LearningOutcomeRow } from './outcome.entity.js';
import { outcomeMachine } from './outcome.machine.js';

const decided = ['EXPERT_REVIEW', 'APPEALED'];

/** An outcome under way waits for the secretariat, its issuer, or an expert: the assigned one, or any. */
export const outcomeWork: WorkSource<LearningOutcomeRow> = {
  type: 'LearningOutcome',
  entity: LearningOutcomeEntity,
  machine: outcomeMachine,
  item: (row) => ({
    about: `${row.outcomeCode} ${row.title}`,
    since: row.stateSince,
    institutionIds: [row.issuerId],
    ...(decided.includes(row.state) && row.assignedExpert != null ? { subjects: [row.assignedExpert] } : {}),
    notFor: decided.includes(row.state)
      ? [row.proposedBy, ...(row.state === 'APPEALED' && row.rejectedBy != null ? [row.rejectedBy] : [])]
      : [],
  }),
  // To begin the check says only that it has arrived; everything after that is a look at one proposal.
  steps: ({ id, version, state }) =>
    state === 'PROPOSED'
      ? [
          {
            action: 'beginOutcomeCheck',
            mutation: 'beginOutcomeCheck',
            input: { outcomeId: id, expectedVersion: version },
            reasoned: false,
          },
        ]
      : [],
};
