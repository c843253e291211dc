import type { RoomMigration } from '../../kit/room/database/migration.js';

/**
 * Votes that are final once the result is settled, the count of who voted beside the motion, and seats that a leaving
 * member leaves behind (charter art. 13 to 17, 21, 24).
 */
export const governing: RoomMigration = {
  name: '0013_governing',
  statements: [
    `alter table motion add column voters integer not null default 0
       check (voters >= 0 and voters <= electorate)`,
    // The rows of motions that are closed are fixed, and no person may count every ballot.
    `select set_config('app.kind', 'SERVICE', true)`,
    `alter table motion disable trigger motion_guard`,
    `update motion set voters = (select count(distinct seat_id) from ballot where ballot.motion_id = motion.id)`,
    `alter table motion enable trigger motion_guard`,
    `select set_config('app.kind', '', true)`,

    // isSettled of motions/motion-result.ts once more: from then on a motion may be counted, and no vote is changed.
    `create function motion_final(secret boolean, threshold text, electors integer, yes integer, no integer,
       abstain integer) returns boolean language sql immutable as $$
       select case when secret then yes + no + abstain = electors
         else motion_settled(threshold, electors, yes, no, abstain) end $$`,

    `create or replace function guard_motion() returns trigger language plpgsql as $$
     declare
       tally record;
     begin
       if tg_op = 'INSERT' then
         if new.state <> 'OPEN' or new.ballot_entries <> 0 or new.voters <> 0 then
           raise exception 'a motion begins open and without ballots'
             using errcode = '23514', constraint = 'motion_begins_open';
         end if;
         return new;
       end if;
       if old.state <> 'OPEN' or (old.motion_no, old.body_id, old.kind, old.subject_id, old.title_zh, old.title_en,
         old.text, old.threshold, old.secret, old.prepared_by_motion_id, old.opened_by, old.opened_at, old.closes_at,
         old.electorate, old.elector_subjects, old.created_at) is distinct from (new.motion_no, new.body_id, new.kind,
         new.subject_id, new.title_zh, new.title_en, new.text, new.threshold, new.secret, new.prepared_by_motion_id,
         new.opened_by, new.opened_at, new.closes_at, new.electorate, new.elector_subjects, new.created_at) then
         raise exception 'what is put to the vote, and what was decided, never changes'
           using errcode = '23514', constraint = 'motion_fixed';
       end if;
       if new.state = 'OPEN' then return new; end if;
       select * into tally from motion_tallies(jsonb_build_array(new.id));
       if new.state = 'WITHDRAWN' then
         if tally.voted > 0 then
           raise exception 'a motion on which somebody voted is not withdrawn'
             using errcode = '23514', constraint = 'motion_withdrawn_unvoted';
         end if;
         return new;
       end if;
       if tally.electors <> new.electorate
         or tally.voted <> tally.yes + tally.no + tally.abstain
         or (tally.voted, tally.voted, tally.yes, tally.no, tally.abstain) is distinct from
           (new.voters, new.voted, new.yes, new.no, new.abstain)
         or (new.state = 'CARRIED') <>
           motion_carries(new.threshold, new.electorate, tally.yes, tally.no, tally.abstain) then
         raise exception 'the result is not what the ballots say'
           using errcode = '23514', constraint = 'motion_result_right';
       end if;
       if new.closed_at < new.closes_at and not motion_final(
         new.secret, new.threshold, new.electorate, tally.yes, tally.no, tally.abstain) then
         raise exception 'the votes that are missing can still change the result'
           using errcode = '23514', constraint = 'motion_closed_early';
       end if;
       return new;
     end $$`,

    // The lock makes the ballots and the closing of a motion wait for each other.
    `create or replace function guard_ballot() returns trigger language plpgsql as $$
     declare
       caller text := coalesce(current_setting('app.kind', true), '');
       voted_on motion;
       tally record;
     begin
       perform set_config('app.kind', 'SERVICE', true);
       select * into voted_on from motion where motion.id = new.motion_id for no key update;
       perform set_config('app.kind', caller, true);
       if voted_on.state <> 'OPEN' then
         raise exception 'the motion is closed' using errcode = '23514', constraint = 'ballot_while_open';
       end if;
       if tg_table_name = 'ballot' then
         if new.cast_at >= voted_on.closes_at then
           raise exception 'the motion is closed' using errcode = '23514', constraint = 'ballot_while_open';
         end if;
         if (new.choice is null) <> voted_on.secret then
           raise exception 'only ballots of secret motions are cast without a name'
             using errcode = '23514', constraint = 'ballot_kind';
         end if;
       elsif not voted_on.secret then
         raise exception 'only ballots of secret motions are cast without a name'
           using errcode = '23514', constraint = 'ballot_kind';
       end if;
       if new.entry > 1 then
         select * into tally from motion_tallies(jsonb_build_array(new.motion_id));
         if motion_final(
           voted_on.secret, voted_on.threshold, voted_on.electorate, tally.yes, tally.no, tally.abstain) then
           raise exception 'the result is settled, and the votes are final'
             using errcode = '23514', constraint = 'ballot_final';
         end if;
       end if;
       return new;
     end $$`,

    // Attendance and minutes are read by the meetings to which somebody is invited.
    `create index meeting_invited on meeting using gin (invited_subjects)`,

    // The seat of a member that leaves is vacant until the secretariat has seen to it.
    `alter table seat drop constraint seat_state_check`,
    `alter table seat add constraint seat_state_check check (state in ('HELD', 'VACATED', 'ENDED', 'REPLACED'))`,
    // The lock makes an appointment and the leaving of its member wait for each other.
    `create or replace function guard_seat() returns trigger language plpgsql as $$
     begin
       if tg_op = 'INSERT' or new.term > old.term then
         perform 1 from membership where institution_id = new.institution_id and state = 'ACTIVE' for share;
         if not found then
           raise exception 'only members in standing hold seats'
             using errcode = '23514', constraint = 'seat_member_in_standing';
         end if;
       end if;
       if tg_op = 'INSERT' then return new; end if;
       if old.state in ('ENDED', 'REPLACED') or (old.body_id, old.institution_id, old.subject, old.office,
         old.valid_from, old.replaces_seat_id, old.appointed_by, old.created_at) is distinct from (new.body_id,
         new.institution_id, new.subject, new.office, new.valid_from, new.replaces_seat_id, new.appointed_by,
         new.created_at)
         or (old.state = 'VACATED' and (new.state = 'HELD' or (old.valid_to, old.term, old.ended_by, old.end_reason)
           is distinct from (new.valid_to, new.term, new.ended_by, new.end_reason))) then
         raise exception 'who held a seat, and since when, never changes'
           using errcode = '23514', constraint = 'seat_fixed';
       end if;
       return new;
     end $$`,
  ],
};
