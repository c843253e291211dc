import type { Sql } from '../../kit/room/database/sql.js';

/** The states of a membership in which its seats are vacated and have no vote: the institution is on its way out or gone [P]. */
const withoutVote = ['RUN_OFF', 'EXITED', 'MERGED'];

/** A seat that has a vote. */
export interface VotingSeat {
  readonly seat_id: string;
  readonly institution_id: string;
  readonly subject: string;
  readonly holder_name: string;
}

/**
 * The seats of a body that have a vote at an instant, in one order. In a special council only members of its
 * sub-alliance vote, whatever seats those who left it still hold.
 */
export function votingSeats(sql: Sql, bodyId: string, at: Date): Promise<VotingSeat[]> {
  const instant = at.toISOString();
  return sql.execute<VotingSeat>(
    `select seat.id as seat_id, seat.institution_id, seat.subject, seat.holder_name
     from seat join membership on membership.institution_id = seat.institution_id
     where seat.body_id = ? and seat.valid_from <= ?::timestamptz and ?::timestamptz < seat.valid_to
       and not exists (
         select 1 from body where body.id = seat.body_id and body.sub_alliance_id is not null and not exists (
           select 1 from sub_alliance_member m where m.sub_alliance_id = body.sub_alliance_id
             and m.institution_id = seat.institution_id and m.state = 'MEMBER'))
       and membership.state <> all (array(select jsonb_array_elements_text(?::jsonb)))
     order by seat.id`,
    [bodyId, instant, instant, JSON.stringify(withoutVote)],
  );
}
