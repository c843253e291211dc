import type { WorkSource } from '../../kit/room/work/work-source.js';
import { SeatEntity, type SeatRow } from './seat.entity.js';
import { seatMachine } from './seat.machine.js';
import { expiryWarningAt } from './seat-term.js';

/**
 * A seat waits for the secretariat from some days before its end on, and is late when it is over; a vacant one from
 * its end on. All of it follows from the interval, so that no job has to change anything.
 */
export const seatWork: WorkSource<SeatRow> = {
  type: 'Seat',
  entity: SeatEntity,
  machine: seatMachine,
  async item(row, sql) {
    const [named] = await sql.execute<{ body: string; institution: string }>(
      `select body.name_zh as body, institution.name as institution
       from body, institution where body.id = ? and institution.id = ?`,
      [row.bodyId, row.institutionId],
    );
    const about = `${named?.body ?? ''} · ${named?.institution ?? ''}`;
    if (row.state === 'VACATED') return { about, since: row.validTo };
    return {
      about,
      since: expiryWarningAt(row.validFrom, row.validTo),
      dueAt: row.validTo,
    };
  },
};
