import type { WorkSource } from '../../kit/room/work/work-source.js';
import { RegulationEntity, type RegulationRow } from './regulation.entity.js';
import { regulationMachine } from './regulation.machine.js';

/** A draft waits for the secretariat to bring it before the body that decides it. */
export const regulationWork: WorkSource<RegulationRow> = {
  type: 'Regulation',
  entity: RegulationEntity,
  machine: regulationMachine,
  item: (row) => ({ about: `${row.titleZh} ${row.edition}`, since: row.stateSince }),
};
