import { legalDate } from '../../kit/base/clock.js';
import type { MutationTransaction } from '../../kit/room/scope/mutate.js';
import { AttendanceEntity, type MeetingRow } from './meeting.entity.js';

/**
 * Tells that members took part in an activity of the alliance: those whose seat came to the meeting, or somebody for it
 * (charter art. 21.1; `activities/counted-events.ts`). Nothing is told of a meeting to which nobody came.
 */
export async function tellWhoCame(transaction: MutationTransaction, row: MeetingRow): Promise<void> {
  const came = await transaction.find(AttendanceEntity, {
    meetingId: row.id,
    presence: { $in: ['PRESENT', 'REPRESENTED'] },
  });
  if (came.length === 0 || row.startsAt == null) return;
  await transaction.flush();
  await transaction.emit({
    type: 'AllianceActivityHeld',
    aggregateType: 'Meeting',
    aggregateId: row.id,
    version: row.version,
    payload: {
      institutionIds: came.map(({ institutionId }) => institutionId).toSorted(),
      kind: 'ALLIANCE_ACTIVITY',
      title: row.titleZh,
      occurredOn: legalDate(row.startsAt),
    },
  });
}
