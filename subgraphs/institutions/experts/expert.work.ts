import type { WorkSource } from '../../kit/room/work/work-source.js';
import { ExpertEntity, type ExpertRow } from './expert.entity.js';
import { expertMachine } from './expert.machine.js';

/** Nominations wait for the secretariat; the person is not named in the inbox, only the fields. */
export const expertWork: WorkSource<ExpertRow> = {
  type: 'Expert',
  entity: ExpertEntity,
  machine: expertMachine,
  item: ({ fields, stateSince }) => ({ about: `ISCED-F ${fields.join(', ')}`, since: stateSince }),
};
