import type { RoomMigration } from '../../kit/room/database/migration.js';

const officials = `(select app_is_service() or app_has_role('SECRETARIAT'))`;
const elector = `(select app_subject()) = any (elector_subjects)`;
/** Those who are given the results: officials of members, and the councils. */
const informed = `(select app_has_role('INSTITUTION_ADMIN', 'REGISTRAR', 'TEACHER', 'SERVICE_POINT_CLERK', 'COUNCIL_MEMBER'))`;
/** The motion of a row, for the officials and for those who vote on it. */
const ofVisibleMotion = `exists (select 1 from motion where motion.id = motion_id and ${elector})`;

/** Motions, their electorates and ballots: what is stored as decided is what the ballots say (model.md section 3.15). */
export const motions: RoomMigration = {
  name: '0006b_motions',
  statements: [
    `create sequence motion_number`,
    `create table motion (
       id text primary key,
       motion_no text not null unique,
       body_id text not null references body,
       kind text not null,
       subject_id text,
       title_zh text not null,
       title_en text not null,
       text text not null,
       threshold text not null check (threshold in ('SIMPLE_MAJORITY', 'TWO_THIRDS_OF_ELECTORATE')),
       secret boolean not null,
       prepared_by_motion_id text references motion,
       opened_by text not null,
       opened_at timestamptz not null,
       closes_at timestamptz not null,
       state text not null check (state in ('OPEN', 'CARRIED', 'REJECTED', 'WITHDRAWN')),
       electorate integer not null check (electorate > 0),
       elector_subjects text[] not null,
       ballot_entries integer not null default 0,
       voted integer,
       yes integer,
       no integer,
       abstain integer,
       closed_by text,
       closed_at timestamptz,
       version integer not null default 1,
       created_at timestamptz not null,
       check (closes_at > opened_at),
       check (kind = 'GENERAL' or subject_id is not null),
       check (cardinality(elector_subjects) = electorate),
       check ((state = 'OPEN') = (closed_at is null)),
       check ((state in ('CARRIED', 'REJECTED')) = (yes is not null and no is not null and abstain is not null
         and voted is not null)))`,
    `create unique index motion_open_subject_key on motion (subject_id) where state = 'OPEN'`,
    `create index motion_body on motion (body_id, opened_at, id)`,
    `create index motion_electors on motion using gin (elector_subjects)`,

    `create table motion_elector (
       id text primary key,
       motion_id text not null references motion,
       seat_id text not null references seat,
       institution_id text not null references institution,
       subject text not null,
       holder_name text not null,
       created_at timestamptz not null,
       unique (motion_id, subject),
       unique (motion_id, seat_id, subject))`,

    // Who voted, and in an open motion what. A changed vote is a further entry; the last one counts.
    `create table ballot (
       id text primary key,
       motion_id text not null,
       seat_id text not null,
       subject text not null,
       entry integer not null check (entry >= 1),
       choice text check (choice in ('YES', 'NO', 'ABSTAIN')),
       cast_at timestamptz not null,
       constraint ballot_entry_key unique (motion_id, seat_id, entry),
       constraint ballot_of_elector foreign key (motion_id, seat_id, subject)
         references motion_elector (motion_id, seat_id, subject))`,

    // What was voted in a secret motion, under a mark that only the room's key can make of a seat: neither a person nor
    // an hour. Nobody may read it; it is counted by the functions below.
    `create table sealed_ballot (
       id text primary key,
       motion_id text not null references motion,
       mark text not null,
       entry integer not null check (entry >= 1),
       choice text not null check (choice in ('YES', 'NO', 'ABSTAIN')),
       unique (motion_id, mark, entry))`,

    // Counts as the service, since nobody may see every ballot, and gives the caller's kind back; an exception takes the
    // kind back as well, with whatever it rolls back.
    `create function motion_tallies(motions jsonb)
     returns table (motion_id text, electors integer, voted integer, yes integer, no integer, abstain integer)
     language plpgsql as $$
     declare
       caller text := coalesce(current_setting('app.kind', true), '');
     begin
       perform set_config('app.kind', 'SERVICE', true);
       return query
         with wanted as (select jsonb_array_elements_text(motions) as id),
         last as (
           select distinct on (cast_one.motion_id, cast_one.seat_id) cast_one.motion_id, cast_one.choice
           from ballot cast_one join wanted on wanted.id = cast_one.motion_id
           order by cast_one.motion_id, cast_one.seat_id, cast_one.entry desc),
         last_sealed as (
           select distinct on (sealed.motion_id, sealed.mark) sealed.motion_id, sealed.choice
           from sealed_ballot sealed join wanted on wanted.id = sealed.motion_id
           order by sealed.motion_id, sealed.mark, sealed.entry desc),
         choices as (
           select * from last where last.choice is not null union all select * from last_sealed)
         select wanted.id,
           (select count(*)::integer from motion_elector e where e.motion_id = wanted.id),
           (select count(*)::integer from last l where l.motion_id = wanted.id),
           (select count(*)::integer from choices c where c.motion_id = wanted.id and c.choice = 'YES'),
           (select count(*)::integer from choices c where c.motion_id = wanted.id and c.choice = 'NO'),
           (select count(*)::integer from choices c where c.motion_id = wanted.id and c.choice = 'ABSTAIN')
         from wanted;
       perform set_config('app.kind', caller, true);
     end $$`,

    // The arithmetic of motions/motion-result.ts once more, in integers (charter art. 24).
    `create function motion_carries(threshold text, electors integer, yes integer, no integer, abstain integer)
     returns boolean language sql immutable as $$
       select case threshold
         when 'TWO_THIRDS_OF_ELECTORATE' then yes * 3 >= 2 * electors
         else (yes + no + abstain) * 2 > electors and yes * 2 > yes + no + abstain end $$`,
    // Whether those who have not voted can change nothing any more.
    `create function motion_settled(threshold text, electors integer, yes integer, no integer, abstain integer)
     returns boolean language sql immutable as $$
       select case when motion_carries(threshold, electors, yes, no, abstain)
         then motion_carries(threshold, electors, yes, electors - yes - abstain, abstain)
         else not motion_carries(threshold, electors, electors - no - abstain, no, abstain) end $$`,

    // Whether somebody is voting on a subject; for those who would change it and need not see the motion.
    `create function is_under_vote(subject text) returns boolean language plpgsql as $$
     declare
       caller text := coalesce(current_setting('app.kind', true), '');
       found_one boolean;
     begin
       perform set_config('app.kind', 'SERVICE', true);
       found_one := exists (select 1 from motion where subject_id = subject and state = 'OPEN');
       perform set_config('app.kind', caller, true);
       return found_one;
     end $$`,

    `create function guard_motion() returns trigger language plpgsql as $$
     declare
       tally record;
     begin
       if tg_op = 'INSERT' then
         if new.state <> 'OPEN' or new.ballot_entries <> 0 then
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
         or (tally.voted, tally.yes, tally.no, tally.abstain) is distinct from
           (new.voted, new.yes, new.no, new.abstain)
         or (new.state = 'CARRIED') <>
           motion_carries(new.threshold, new.electorate, tally.yes, tally.no, tally.abstain) then
         raise exception 'the result is not what the ballots say'
           using errcode = '23514', constraint = 'motion_result_right';
       end if;
       if new.closed_at < new.closes_at
         and not motion_settled(new.threshold, new.electorate, tally.yes, tally.no, tally.abstain) then
         raise exception 'the votes that are missing can still change the result'
           using errcode = '23514', constraint = 'motion_closed_early';
       end if;
       return new;
     end $$`,
    `create trigger motion_guard before insert or update on motion for each row execute function guard_motion()`,

    // The whole electorate is written by one statement; nobody is added later.
    `create function guard_electorate() returns trigger language plpgsql as $$
     declare
       caller text := coalesce(current_setting('app.kind', true), '');
       is_wrong boolean;
     begin
       perform set_config('app.kind', 'SERVICE', true);
       is_wrong := exists (
         select 1 from motion where motion.id in (select added.motion_id from added) and motion.electorate <>
           (select count(*) from motion_elector e where e.motion_id = motion.id));
       perform set_config('app.kind', caller, true);
       if is_wrong then
         raise exception 'the electorate stands when the motion opens'
           using errcode = '23514', constraint = 'motion_electorate_fixed';
       end if;
       return null;
     end $$`,
    `create trigger motion_electorate after insert on motion_elector referencing new table as added
       for each statement execute function guard_electorate()`,

    // The share lock makes a ballot and the closing of its motion wait for each other.
    `create function guard_ballot() returns trigger language plpgsql as $$
     declare
       caller text := coalesce(current_setting('app.kind', true), '');
       voted_on motion;
     begin
       perform set_config('app.kind', 'SERVICE', true);
       select * into voted_on from motion where motion.id = new.motion_id for share;
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
       return new;
     end $$`,
    ...['ballot', 'sealed_ballot'].map(
      (table) =>
        `create trigger ${table}_guard before insert on ${table} for each row execute function guard_ballot()`,
    ),
    ...['motion_elector', 'ballot', 'sealed_ballot'].map(
      (table) =>
        `create trigger ${table}_kept before update or delete on ${table}
         for each row execute function governance_is_kept()`,
    ),
    `create trigger motion_kept before delete on motion for each row execute function governance_is_kept()`,

    ...['motion', 'motion_elector', 'ballot', 'sealed_ballot'].flatMap((table) => [
      `alter table ${table} enable row level security`,
      `alter table ${table} force row level security`,
    ]),
    `create policy motion_read on motion for select using (
       ${officials} or ${elector} or (state in ('CARRIED', 'REJECTED') and ${informed}))`,
    `create policy motion_open on motion for insert with check (
       opened_by = (select app_subject()) and (${officials} or ${elector}))`,
    `create policy motion_change on motion for update using (${officials} or ${elector})`,
    ...['motion_elector', 'ballot'].map(
      (table) =>
        `create policy ${table}_read on ${table} for select using (${officials} or ${ofVisibleMotion})`,
    ),
    `create policy motion_elector_make on motion_elector for insert with check (${officials} or ${ofVisibleMotion})`,
    // Nobody votes for another, the secretariat included.
    `create policy ballot_cast on ballot for insert with check (subject = (select app_subject()))`,
    `create policy sealed_ballot_count on sealed_ballot for select using ((select app_is_service()))`,
    `create policy sealed_ballot_cast on sealed_ballot for insert with check (${ofVisibleMotion})`,
  ],
};
