import { dueDateAfter, endOfLegalDay } from '../../kit/room/machine/due-date.js';
import type { WorkSource } from '../../kit/room/work/work-source.js';
import { ResearchProjectEntity, type ResearchProjectRow } from './research-project.entity.js';
import { researchProjectMachine, type ResearchProjectStateName } from './research-project.machine.js';

/** Projects as tasks: the secretariat's while proposed, the leading member's until it is completed. */
export const researchProjectWork: WorkSource<ResearchProjectRow> = {
  type: 'ResearchProject',
  entity: ResearchProjectEntity,
  machine: researchProjectMachine,
  item: (row) => ({
    about: row.title,
    since: row.stateSince,
    dueAt: projectDueAt(row),
    institutionIds: [row.leadInstitutionId],
  }),
};

/** When the step that is waited for is late; a running project is completed within 30 days of its last day. */
export function projectDueAt(row: ResearchProjectRow): Date | null {
  const state = row.state as ResearchProjectStateName;
  if (state !== 'RUNNING') return researchProjectMachine.dueAt(state, row.stateSince);
  const days = researchProjectMachine.definition.states.RUNNING.dueInDays ?? 0;
  // The end is exclusive: the last day is the one before it.
  return endOfLegalDay(dueDateAfter(row.endsOn, days - 1));
}
