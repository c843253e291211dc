import type { WorkSource } from '../../kit/room/work/work-source.js';
import { RosterComparisonEntity, type RosterComparisonRow } from './roster-comparison.entity.js';
import { rosterComparisonMachine } from './roster-comparison.machine.js';

/** A newer list waits for the secretariat. */
export const rosterComparisonWork: WorkSource<RosterComparisonRow> = {
  type: 'RosterComparison',
  entity: RosterComparisonEntity,
  machine: rosterComparisonMachine,
  item: (row) => ({
    about: `全国高等学校名单 ${row.previousAsOf} → ${row.asOf}`,
    since: row.stateEnteredAt,
  }),
};
