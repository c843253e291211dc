import type { WorkSource } from '../../kit/room/work/work-source.js';
import { FeeScheduleEntity, type FeeScheduleRow } from './fee-schedule.entity.js';
import { feeScheduleMachine } from './fee-schedule.machine.js';

/** A proposed schedule as the secretariat's task: to put it before the standing council. */
export const feeScheduleWork: WorkSource<FeeScheduleRow> = {
  type: 'FeeSchedule',
  entity: FeeScheduleEntity,
  machine: feeScheduleMachine,
  item: (row) => ({ about: row.title, since: row.stateSince }),
};
