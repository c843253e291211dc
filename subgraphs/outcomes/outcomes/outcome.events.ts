import type { NewEvent } from '../../kit/room/outbox/emit.js';
import type { LearningOutcomeRow } from './outcome.entity.js';

/** Says that an outcome may be used from now on. @param row with the decision, not yet flushed */
export function outcomeCertified(row: LearningOutcomeRow): NewEvent {
  return {
    type: 'OutcomeCertified',
    aggregateType: 'LearningOutcome',
    aggregateId: row.id,
    version: row.version + 1,
    payload: {
      outcomeId: row.id,
      outcomeCode: row.outcomeCode,
      edition: row.edition,
      issuerId: row.issuerId,
      courseId: row.courseId ?? null,
      recognisedFrom: row.recognisedFrom ?? null,
      validUntil: row.validUntil ?? null,
    },
  };
}
