import { endOfLegalDay } from '../../kit/room/machine/due-date.js';
import type { WorkSource } from '../../kit/room/work/work-source.js';
import { AgreementEntity, type AgreementRow } from './agreement.entity.js';
import { agreementMachine } from './agreement.machine.js';

/** An agreement waits for those of its parties who have not yet approved, or signed, the content as it stands. */
export const agreementWork: WorkSource<AgreementRow> = {
  type: 'Agreement',
  entity: AgreementEntity,
  machine: agreementMachine,
  async item(row, sql) {
    const given = await sql.execute<{ institution_id: string }>(
      `select institution_id from agreement_approval
       where agreement_id = ? and content_version = ? and content_hash = ? and kind = ?`,
      [row.id, row.contentVersion, row.contentHash, row.state === 'APPROVED' ? 'SIGNATURE' : 'APPROVAL'],
    );
    const done = new Set(given.map((one) => one.institution_id));
    const lastMoment = endOfLegalDay(row.respondBy);
    return {
      about: row.agreementNo,
      since: row.stateEnteredAt,
      dueAt: lastMoment,
      // The calendar ends it; no event comes (see `stateOn`).
      lapsesAt: lastMoment,
      institutionIds: row.partyIds.filter((id) => !done.has(id)),
    };
  },
};
