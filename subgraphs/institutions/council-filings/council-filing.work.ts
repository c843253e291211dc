import { endOfLegalDay } from '../../kit/room/machine/due-date.js';
import type { WorkSource } from '../../kit/room/work/work-source.js';
import { CouncilFilingEntity, type CouncilFilingRow } from './council-filing.entity.js';
import { councilFilingMachine } from './council-filing.machine.js';

/** Filings wait for the council. */
export const councilFilingWork: WorkSource<CouncilFilingRow> = {
  type: 'CouncilFiling',
  entity: CouncilFilingEntity,
  machine: councilFilingMachine,
  item: ({ memberCode, name, stateSince, dueOn }) => ({
    about: `${memberCode} ${name}`,
    since: stateSince,
    dueAt: dueOn == null ? null : endOfLegalDay(dueOn),
  }),
};
