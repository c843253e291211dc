import type { WorkSource } from '../../kit/room/work/work-source.js';
import { nameOfInstitution } from '../memberships/institution-name.js';
import { ViolationCaseEntity, type ViolationCaseRow } from './violation-case.entity.js';
import { violationCaseMachine } from './violation-case.machine.js';

/** A case waits for the member's administrators, then for the secretariat. */
export const violationCaseWork: WorkSource<ViolationCaseRow> = {
  type: 'ViolationCase',
  entity: ViolationCaseEntity,
  machine: violationCaseMachine,
  item: async (row, sql) => ({
    about: `${row.caseNo} ${await nameOfInstitution(sql, row.institutionId)}`,
    since: row.stateSince,
    institutionIds: [row.institutionId],
    // Whoever opened a case does not conclude it.
    notFor: row.state === 'ANSWERED' ? [row.openedBy] : [],
  }),
};
