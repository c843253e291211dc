import type { WorkSource } from '../../kit/room/work/work-source.js';
import { nameOfInstitution } from './institution-name.js';
import { MembershipEntity, type MembershipRow } from './membership.entity.js';
import { membershipMachine } from './membership.machine.js';

/** A suspended member waits for the secretariat. What waits because of an exit is the exit's own work, not twice. */
export const membershipWork: WorkSource<MembershipRow> = {
  type: 'Membership',
  entity: MembershipEntity,
  machine: membershipMachine,
  async item(row, sql) {
    return {
      about: await nameOfInstitution(sql, row.institutionId),
      since: row.stateSince,
      ...(row.state === 'SUSPENDED' ? {} : { subjects: [] }),
    };
  },
};
