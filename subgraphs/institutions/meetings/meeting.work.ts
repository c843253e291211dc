import type { WorkSource } from '../../kit/room/work/work-source.js';
import { MeetingEntity, type MeetingRow } from './meeting.entity.js';
import { meetingMachine } from './meeting.machine.js';

/** How long after its beginning a meeting may be without minutes, in days [P]. */
const minutesWithinDays = 30;

/** A call waits for those who may join it, minutes for the chair, and everything else for the secretariat. */
export const meetingWork: WorkSource<MeetingRow> = {
  type: 'Meeting',
  entity: MeetingEntity,
  machine: meetingMachine,
  async item(row, sql) {
    const item = { about: row.titleZh, since: row.stateSince };
    if (row.state === 'REQUESTED') {
      const joined = await sql.execute<{ subject: string }>(
        'select subject from meeting_support where meeting_id = ?',
        [row.id],
      );
      const done = new Set(joined.map(({ subject }) => subject));
      return { ...item, subjects: row.invitedSubjects.filter((subject) => !done.has(subject)) };
    }
    if (row.state === 'CALLED' && row.startsAt != null) {
      return { ...item, dueAt: new Date(row.startsAt.getTime() + minutesWithinDays * 86_400_000) };
    }
    if (row.state === 'MINUTES_RECORDED') {
      const [last] = await sql.execute<{ recorded_by: string }>(
        'select recorded_by from minutes where meeting_id = ? and edition = ?',
        [row.id, row.minutesEdition],
      );
      const chairs = await sql.execute<{ subject: string }>(
        `select subject from seat where body_id = ? and office = 'CHAIR'
           and valid_from <= ?::timestamptz and ?::timestamptz < valid_to`,
        [row.bodyId, row.stateSince.toISOString(), row.stateSince.toISOString()],
      );
      // A body whose chair is nobody, or who recorded them, waits for the secretariat, which has another appointed or
      // records them by another hand.
      const subjects = chairs.flatMap(({ subject }) => (subject === last?.recorded_by ? [] : subject));
      if (subjects.length > 0) return { ...item, subjects };
    }
    return item;
  },
};
