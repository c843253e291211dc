import type { WorkSource } from '../../kit/room/work/work-source.js';
import { FundEntryEntity, type FundEntryRow } from './fund-entry.entity.js';
import { fundEntryMachine } from './fund-entry.machine.js';

/** An entry to be confirmed as the secretariat's task. */
export const fundEntryWork: WorkSource<FundEntryRow> = {
  type: 'FundEntry',
  entity: FundEntryEntity,
  machine: fundEntryMachine,
  item: (row) => ({ about: `${row.purpose} ${row.kind} ${row.amount} CNY`, since: row.stateSince }),
};
