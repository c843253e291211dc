import type { NewEvent } from '../../kit/room/outbox/emit.js';
import type { AgreementRow } from './agreement.entity.js';

/** An agreement was signed by all its parties; it holds from `effectiveFrom`. */
export function agreementSigned(row: AgreementRow): NewEvent {
  return {
    type: 'AgreementSigned',
    aggregateType: 'Agreement',
    aggregateId: row.id,
    version: row.version,
    payload: {
      agreementId: row.id,
      agreementNo: row.agreementNo,
      contentHash: row.contentHash,
      partyIds: [...row.partyIds],
      effectiveFrom: row.effectiveFrom,
      effectiveTo: row.effectiveTo ?? null,
    },
  };
}
