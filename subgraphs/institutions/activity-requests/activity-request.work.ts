import { dueDateAfter, endOfLegalDay } from '../../kit/room/machine/due-date.js';
import type { WorkSource } from '../../kit/room/work/work-source.js';
import { ActivityRequestEntity, type ActivityRequestRow } from './activity-request.entity.js';
import { activityRequestMachine, type ActivityRequestStateName } from './activity-request.machine.js';

/** Requests as tasks: of the member while it drafts and when it must report, of the secretariat in between. */
export const activityRequestWork: WorkSource<ActivityRequestRow> = {
  type: 'ActivityRequest',
  entity: ActivityRequestEntity,
  machine: activityRequestMachine,
  item: (row) => ({
    about: row.title,
    since: row.stateSince,
    dueAt: activityDueAt(row),
    institutionIds: [row.institutionId],
  }),
};

/** When the step that is waited for is late; a report is due 30 days after the last day, not after the approval. */
export function activityDueAt(row: ActivityRequestRow): Date | null {
  const state = row.state as ActivityRequestStateName;
  if (state !== 'APPROVED') return activityRequestMachine.dueAt(state, row.stateSince);
  const days = activityRequestMachine.definition.states.APPROVED.dueInDays ?? 0;
  // The end is exclusive: the last day is the one before it.
  return endOfLegalDay(dueDateAfter(row.endsOn, days - 1));
}
