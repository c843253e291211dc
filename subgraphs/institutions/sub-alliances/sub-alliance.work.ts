import type { Sql } from '../../kit/room/database/sql.js';
import type { WorkSource } from '../../kit/room/work/work-source.js';
import {
  SubAllianceEntity,
  SubAllianceMemberEntity,
  SubAllianceReportEntity,
  type SubAllianceMemberRow,
  type SubAllianceReportRow,
  type SubAllianceRow,
} from './sub-alliance.entity.js';
import {
  subAllianceMachine,
  subAllianceMemberMachine,
  subAllianceReportMachine,
} from './sub-alliance.machine.js';

/** Applications and proposals to end one wait for the secretariat to bring them before a council. */
export const subAllianceWork: WorkSource<SubAllianceRow> = {
  type: 'SubAlliance',
  entity: SubAllianceEntity,
  machine: subAllianceMachine,
  item: (row) => ({ about: row.nameZh, since: row.stateSince }),
};

/** Who asks to join waits for the administrators of the lead institution. */
export const subAllianceMemberWork: WorkSource<SubAllianceMemberRow> = {
  type: 'SubAllianceMember',
  entity: SubAllianceMemberEntity,
  machine: subAllianceMemberMachine,
  item: async (row, sql) => ({
    about: await nameOf(sql, row.subAllianceId),
    since: row.stateSince,
    institutionIds: [row.leadInstitutionId],
  }),
};

/** A report waits for the secretariat's inspection. */
export const subAllianceReportWork: WorkSource<SubAllianceReportRow> = {
  type: 'SubAllianceReport',
  entity: SubAllianceReportEntity,
  machine: subAllianceReportMachine,
  item: async (row, sql) => ({
    about: `${await nameOf(sql, row.subAllianceId)} ${row.year}`,
    since: row.stateSince,
  }),
};

async function nameOf(sql: Sql, id: string): Promise<string> {
  const [row] = await sql.execute<{ name: string }>('select name_zh as name from sub_alliance where id = ?', [
    id,
  ]);
  return row?.name ?? '';
}
