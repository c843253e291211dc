import type { RoomMigration } from '../../kit/room/database/migration.js';

const states = `('ACTIVE', 'SUSPENDED', 'EXIT_PROPOSED', 'RUN_OFF', 'EXITED', 'MERGED')`;
const grounds = `('INACTIVITY', 'VIOLATION', 'VOLUNTARY')`;
const overseer = `(select app_is_service() or app_has_role('SECRETARIAT', 'COUNCIL_MEMBER'))`;
const secretariat = `(select app_is_service() or app_has_role('SECRETARIAT'))`;
const admin = `institution_id = any ((select app_institutions('INSTITUTION_ADMIN'))::text[])`;

/**
 * Exits, cases of violations and mergers. What no statement may do, whoever makes it: end a membership without a
 * decided exit that names its motion, decide an exit twice, judge a member that was not heard, change what was said.
 */
export const exits: RoomMigration = {
  name: '0004_exits',
  statements: [
    `alter table membership
       add column state_before_exit text check (state_before_exit in ('ACTIVE', 'SUSPENDED')),
       add column exit_ground text check (exit_ground in ${grounds}),
       add column successor_id text references institution,
       add column suspension_reason text,
       add constraint membership_state_known check (state in ${states}),
       add constraint membership_exit_returns check ((state = 'EXIT_PROPOSED') = (state_before_exit is not null)),
       add constraint membership_exit_grounded check ((state in ('RUN_OFF', 'EXITED')) = (exit_ground is not null)),
       add constraint membership_successor_named check ((state = 'MERGED') = (successor_id is not null)),
       add constraint membership_successor_other check (successor_id <> institution_id)`,
    `create index membership_successor on membership (successor_id) where successor_id is not null`,

    `create sequence violation_case_number`,
    `create table violation_case (
       id text primary key,
       case_no text not null constraint violation_case_no_key unique,
       membership_id text not null references membership,
       institution_id text not null references institution,
       provision text not null,
       summary text not null,
       state text not null check (state in ('AWAITING_ANSWER', 'ANSWERED', 'CONCLUDED', 'CLOSED', 'EXIT_PROPOSED')),
       state_since timestamptz not null,
       finding text check (finding in ('SERIOUS', 'WARNING', 'UNFOUNDED')),
       conclusion text,
       opened_by text not null,
       opened_at timestamptz not null,
       concluded_by text,
       concluded_at timestamptz,
       version integer not null default 1,
       check ((state in ('AWAITING_ANSWER', 'ANSWERED')) = (finding is null)),
       check ((finding is null) = (conclusion is null)),
       check ((finding is null) = (concluded_by is null)),
       check ((finding is null) = (concluded_at is null)),
       check (state not in ('CONCLUDED', 'EXIT_PROPOSED') or finding = 'SERIOUS'),
       check (state <> 'CLOSED' or finding <> 'SERIOUS'),
       constraint violation_case_two_people check (concluded_by <> opened_by))`,
    `create index violation_case_institution on violation_case (institution_id, opened_at)`,
    `create table violation_statement (
       id text primary key,
       case_id text not null references violation_case,
       place integer not null check (place >= 1),
       institution_id text not null references institution,
       kind text not null check (kind in ('EVIDENCE', 'ANSWER')),
       text text not null,
       reference text,
       given_by text not null,
       given_at timestamptz not null,
       unique (case_id, place))`,

    `create sequence membership_exit_number`,
    `create table membership_exit (
       id text primary key,
       exit_no text not null constraint membership_exit_no_key unique,
       membership_id text not null references membership,
       institution_id text not null references institution,
       ground text not null check (ground in ${grounds}),
       reason text not null,
       inactivity jsonb,
       violation_case_id text constraint membership_exit_case_key unique references violation_case,
       state text not null check (state in ('PROPOSED', 'RUN_OFF', 'COMPLETED', 'REJECTED', 'WITHDRAWN')),
       state_since timestamptz not null,
       proposed_by text not null,
       proposed_at timestamptz not null,
       motion_id text constraint membership_exit_motion_key unique,
       motion_no text,
       decided_at timestamptz,
       run_off_since timestamptz,
       exited_at timestamptz,
       version integer not null default 1,
       check ((ground = 'INACTIVITY') = (inactivity is not null)),
       check ((ground = 'VIOLATION') = (violation_case_id is not null)),
       constraint membership_exit_by_motion check (
         (state in ('RUN_OFF', 'COMPLETED', 'REJECTED')) = (motion_id is not null)
         and (motion_id is null) = (motion_no is null) and (motion_id is null) = (decided_at is null)),
       check ((state in ('RUN_OFF', 'COMPLETED')) = (run_off_since is not null)),
       check ((state = 'COMPLETED') = (exited_at is not null)))`,
    `create unique index membership_exit_open_key on membership_exit (membership_id)
       where state in ('PROPOSED', 'RUN_OFF')`,
    `create index membership_exit_institution on membership_exit (institution_id, proposed_at)`,

    // The guards look at all rows whatever the caller may see: they count as the service meanwhile, and give the
    // caller's kind back; an exception takes it back as well, with whatever it rolls back. In a merger a share lock holds
    // the successor where it is until the merger is durable, so that no circle can close.
    `create function guard_membership() returns trigger language plpgsql as $$
     declare
       caller text := coalesce(current_setting('app.kind', true), '');
       is_sound boolean;
     begin
       if tg_op = 'INSERT' then
         if new.state <> 'ACTIVE' then
           raise exception 'a membership begins active' using errcode = '23514', constraint = 'membership_steps';
         end if;
         return new;
       end if;
       if tg_op = 'DELETE' or old.state in ('EXITED', 'MERGED')
         or (old.id, old.institution_id) is distinct from (new.id, new.institution_id) then
         raise exception 'what a membership was stays' using errcode = '23514', constraint = 'membership_stays';
       end if;
       if caller = 'PERSON' and not app_has_role('SECRETARIAT')
         and (old.member_code, old.joined_on, old.charter_version)
           is distinct from (new.member_code, new.joined_on, new.charter_version) then
         raise exception 'the secretariat keeps the facts of memberships'
           using errcode = '23514', constraint = 'membership_stays';
       end if;
       if new.state = old.state then
         if (old.state_before_exit, old.exit_ground, old.successor_id)
           is distinct from (new.state_before_exit, new.exit_ground, new.successor_id) then
           raise exception 'what a membership was stays' using errcode = '23514', constraint = 'membership_stays';
         end if;
         return new;
       end if;
       perform set_config('app.kind', 'SERVICE', true);
       if old.state || '-' || new.state in ('ACTIVE-SUSPENDED', 'SUSPENDED-ACTIVE') then
         is_sound := caller <> 'PERSON' or app_has_role('SECRETARIAT');
       elsif old.state in ('ACTIVE', 'SUSPENDED') and new.state = 'EXIT_PROPOSED' then
         is_sound := new.state_before_exit = old.state and exists (
           select 1 from membership_exit way where way.membership_id = new.id and way.state = 'PROPOSED');
       elsif old.state = 'EXIT_PROPOSED' and new.state in ('ACTIVE', 'SUSPENDED') then
         is_sound := new.state = old.state_before_exit and not exists (
           select 1 from membership_exit way
           where way.membership_id = new.id and way.state in ('PROPOSED', 'RUN_OFF'));
       elsif old.state || '-' || new.state in ('EXIT_PROPOSED-RUN_OFF', 'RUN_OFF-EXITED') then
         is_sound := exists (
           select 1 from membership_exit way
           where way.membership_id = new.id and way.ground = new.exit_ground and way.motion_id is not null
             and way.state = case new.state when 'EXITED' then 'COMPLETED' else 'RUN_OFF' end);
       elsif old.state = 'ACTIVE' and new.state = 'MERGED' then
         perform 1 from membership successor
           where successor.institution_id = new.successor_id and successor.state = 'ACTIVE' for share;
         is_sound := found and (caller <> 'PERSON' or app_has_role('SECRETARIAT'));
       else
         is_sound := false;
       end if;
       perform set_config('app.kind', caller, true);
       if not is_sound then
         raise exception 'a membership does not go from % to % like this', old.state, new.state
           using errcode = '23514', constraint = 'membership_steps';
       end if;
       return new;
     end $$`,
    `create trigger membership_guard before insert or update or delete on membership
       for each row execute function guard_membership()`,

    `create function guard_membership_exit() returns trigger language plpgsql as $$
     begin
       if tg_op = 'INSERT' then
         if new.state <> 'PROPOSED' then
           raise exception 'an exit begins with its proposal'
             using errcode = '23514', constraint = 'membership_exit_steps';
         end if;
         return new;
       end if;
       if tg_op = 'DELETE' or (old.id, old.exit_no, old.membership_id, old.institution_id, old.ground, old.reason,
           old.inactivity, old.violation_case_id, old.proposed_by, old.proposed_at)
         is distinct from (new.id, new.exit_no, new.membership_id, new.institution_id, new.ground, new.reason,
           new.inactivity, new.violation_case_id, new.proposed_by, new.proposed_at)
         or (old.motion_id is not null and (old.motion_id, old.motion_no, old.decided_at, old.run_off_since)
           is distinct from (new.motion_id, new.motion_no, new.decided_at, new.run_off_since)) then
         raise exception 'the facts of an exit never change'
           using errcode = '23514', constraint = 'membership_exit_fixed';
       end if;
       if new.state <> old.state and old.state || '-' || new.state not in (
         'PROPOSED-RUN_OFF', 'PROPOSED-REJECTED', 'PROPOSED-WITHDRAWN', 'RUN_OFF-COMPLETED') then
         raise exception 'an exit does not go from % to %', old.state, new.state
           using errcode = '23514', constraint = 'membership_exit_steps';
       end if;
       return new;
     end $$`,
    `create trigger membership_exit_guard before insert or update or delete on membership_exit
       for each row execute function guard_membership_exit()`,

    // A member is heard: nobody concludes before it answered or let the 30 days go by.
    `create function guard_violation_case() returns trigger language plpgsql as $$
     declare
       caller text := coalesce(current_setting('app.kind', true), '');
       is_answered boolean;
     begin
       if tg_op = 'DELETE' or (old.id, old.case_no, old.membership_id, old.institution_id, old.provision, old.summary,
           old.opened_by, old.opened_at)
         is distinct from (new.id, new.case_no, new.membership_id, new.institution_id, new.provision, new.summary,
           new.opened_by, new.opened_at) then
         raise exception 'the facts of a case never change'
           using errcode = '23514', constraint = 'violation_case_fixed';
       end if;
       perform set_config('app.kind', 'SERVICE', true);
       is_answered := exists (
         select 1 from violation_statement said where said.case_id = new.id and said.kind = 'ANSWER');
       perform set_config('app.kind', caller, true);
       if new.state <> old.state and not (case old.state || '-' || new.state
         when 'AWAITING_ANSWER-ANSWERED' then is_answered
         when 'ANSWERED-AWAITING_ANSWER' then true
         when 'ANSWERED-CONCLUDED' then is_answered
         when 'ANSWERED-CLOSED' then true
         when 'AWAITING_ANSWER-CLOSED' then new.concluded_at >= old.state_since + interval '30 days'
         when 'AWAITING_ANSWER-CONCLUDED' then new.concluded_at >= old.state_since + interval '30 days'
         when 'CONCLUDED-CLOSED' then true
         when 'CONCLUDED-EXIT_PROPOSED' then true
         else false end) then
         raise exception 'a case does not go from % to % like this', old.state, new.state
           using errcode = '23514', constraint = 'violation_case_steps';
       end if;
       return new;
     end $$`,
    `create trigger violation_case_guard before update or delete on violation_case
       for each row execute function guard_violation_case()`,
    `create function refuse_statement_change() returns trigger language plpgsql as $$
     begin
       raise exception 'what was said in a case is never changed'
         using errcode = '23514', constraint = 'violation_statement_append_only';
     end $$`,
    `create trigger violation_statement_append_only before update or delete on violation_statement
       for each row execute function refuse_statement_change()`,

    // Whoever asks to leave, or decides on it, moves the membership; the guard says along which steps.
    `create policy membership_leave on membership for update
       using (${admin} or (select app_has_role('COUNCIL_MEMBER')))`,
    ...['membership_exit', 'violation_case', 'violation_statement'].flatMap((table) => [
      `alter table ${table} enable row level security`,
      `alter table ${table} force row level security`,
      `create policy ${table}_read on ${table} for select using (${overseer} or ${admin})`,
    ]),
    `create policy membership_exit_propose on membership_exit for insert with check (
       ${secretariat} or (ground = 'VOLUNTARY' and ${admin}))`,
    `create policy membership_exit_decide on membership_exit for update using (${overseer})`,
    `create policy membership_exit_withdraw on membership_exit for update
       using (${admin}) with check (ground = 'VOLUNTARY' and state = 'WITHDRAWN')`,
    `create policy violation_case_open on violation_case for insert with check (${secretariat})`,
    `create policy violation_case_change on violation_case for update using (${secretariat})`,
    `create policy violation_case_answer on violation_case for update using (${admin}) with check (state = 'ANSWERED')`,
    `create policy violation_statement_give on violation_statement for insert with check (
       (select app_is_service()) or (kind = 'EVIDENCE' and (select app_has_role('SECRETARIAT')))
       or (kind = 'ANSWER' and ${admin}))`,
  ],
};
