import type { Sql } from '../../kit/room/database/sql.js';
import type { ContributionQuantity } from './score-contributions.js';

/**
 * Where quantities come from: each reader tells, in one statement, what all institutions contributed in a calendar
 * year (Asia/Shanghai). Two readers must not count the same thing.
 */
export type ContributionReader = (sql: Sql, period: number) => Promise<ContributionQuantity[]>;

/** What officials recorded with evidence. */
export const recordedContributions: ContributionReader = (sql, period) =>
  sql.execute<ContributionQuantity>(
    `select institution_id as "institutionId", component, sum(quantity)::text as quantity
     from contribution_entry where period = ? group by institution_id, component`,
    [period],
  );

/**
 * What the ledger of activities counts (charter art. 21.1): certified outcomes and signed agreements as the other rooms
 * told them, resources and conversions as they were recorded, activities in the alliance's name. Meetings are counted
 * from their attendance.
 */
export const ledgerActivities: ContributionReader = (sql, period) =>
  sql.execute<ContributionQuantity>(
    `select entry.institution_id as "institutionId", count(*)::text as quantity,
       case entry.kind
         when 'RESOURCE' then case entry.source when 'outcomes' then 'OUTCOMES_CERTIFIED' else 'RESOURCES_SHARED' end
         when 'ALLIANCE_ACTIVITY' then 'ALLIANCE_ACTIVITIES'
         else case entry.source when 'agreements' then 'AGREEMENTS_SIGNED' else 'CONVERSIONS' end
       end as component
     from counted_activity counted join member_activity entry on entry.id = counted.id
     where entry.occurred_on >= make_date(?, 1, 1) and entry.occurred_on < make_date(? + 1, 1, 1)
       and entry.subject_type is distinct from 'Meeting'
     group by entry.institution_id, component`,
    [period, period],
  );

/** The meetings of the bodies at which a seat of the institution was filled, in person or by a representative. */
export const meetingsAttended: ContributionReader = (sql, period) =>
  sql.execute<ContributionQuantity>(
    `select attendance.institution_id as "institutionId", 'MEETINGS_ATTENDED' as component,
       count(distinct meeting.id)::text as quantity
     from attendance join meeting on meeting.id = attendance.meeting_id
     where attendance.presence in ('PRESENT', 'REPRESENTED') and meeting.state not in ('WITHDRAWN', 'CANCELLED')
       and extract(year from meeting.starts_at at time zone 'Asia/Shanghai') = ?
     group by attendance.institution_id`,
    [period],
  );
