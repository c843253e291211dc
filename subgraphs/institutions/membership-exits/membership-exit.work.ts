import type { WorkSource } from '../../kit/room/work/work-source.js';
import { nameOfInstitution } from '../memberships/institution-name.js';
import { MembershipExitEntity, type MembershipExitRow } from './membership-exit.entity.js';
import { membershipExitMachine } from './membership-exit.machine.js';

/** An exit waits for the standing council, and in run-off for the secretariat. */
export const membershipExitWork: WorkSource<MembershipExitRow> = {
  type: 'MembershipExit',
  entity: MembershipExitEntity,
  machine: membershipExitMachine,
  item: async (row, sql) => ({
    about: `${row.exitNo} ${await nameOfInstitution(sql, row.institutionId)}`,
    since: row.stateSince,
    institutionIds: [row.institutionId],
  }),
};
