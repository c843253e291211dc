import type { NewEvent } from '../../kit/room/outbox/emit.js';
import type { ActivityRequestRow } from './activity-request.entity.js';

/** An activity in the alliance's name was held; it counts for every institution that took part (charter art. 21.1). */
export function activityHeld(row: ActivityRequestRow): NewEvent {
  return {
    type: 'AllianceActivityHeld',
    aggregateType: 'ActivityRequest',
    aggregateId: row.id,
    version: row.version,
    payload: {
      institutionIds: [row.institutionId, ...row.partnerIds],
      kind: 'ALLIANCE_ACTIVITY',
      title: row.title,
      occurredOn: row.heldOn ?? null,
    },
  };
}
