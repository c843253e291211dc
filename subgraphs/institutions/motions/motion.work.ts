import type { WorkSource } from '../../kit/room/work/work-source.js';
import { MotionEntity, type MotionRow } from './motion.entity.js';
import { motionMachine } from './motion.machine.js';

/**
 * An open motion waits for its electors by name and is hidden from those who have voted; when all have, it waits for
 * the secretariat, which counts. A vote is told as one person's answer (`motion.service.ts`), so that an assembly of
 * thousands costs as many small events as it has votes.
 */
export const motionWork: WorkSource<MotionRow> = {
  type: 'Motion',
  entity: MotionEntity,
  machine: motionMachine,
  async item(row, sql) {
    const item = { about: `${row.motionNo} ${row.titleZh}`, since: row.openedAt, dueAt: row.closesAt };
    if (row.voters === row.electorate) return item;
    const voted = await sql.execute<{ subject: string }>(
      'select distinct subject from ballot where motion_id = ? order by subject',
      [row.id],
    );
    return { ...item, subjects: row.electorSubjects, notFor: voted.map(({ subject }) => subject) };
  },
};
