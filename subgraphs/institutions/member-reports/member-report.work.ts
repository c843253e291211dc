import type { WorkSource } from '../../kit/room/work/work-source.js';
import { MemberReportEntity, type MemberReportRow } from './member-report.entity.js';
import { memberReportMachine } from './member-report.machine.js';

/** Reports that wait: for the member while they are drafted or returned, for the secretariat once handed in. */
export const memberReportWork: WorkSource<MemberReportRow> = {
  type: 'MemberReport',
  entity: MemberReportEntity,
  machine: memberReportMachine,
  async item(row, sql) {
    const [institution] = await sql.execute<{ name: string }>('select name from institution where id = ?', [
      row.institutionId,
    ]);
    return {
      about: `${institution?.name ?? row.institutionId} ${row.year}`,
      since: row.stateSince,
      institutionIds: [row.institutionId],
    };
  },
};
