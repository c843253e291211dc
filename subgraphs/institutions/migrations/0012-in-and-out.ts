import type { RoomMigration } from '../../kit/room/database/migration.js';

/** Written once for memberships; their history keeps it. `memberships/standing.ts` is the same rule for one row. */
const inStanding = `(state = 'ACTIVE' or (state = 'EXIT_PROPOSED' and state_before_exit = 'ACTIVE'))`;

/**
 * One notion of standing, with its history; decisions that are those of a motion of the standing council, whoever writes
 * them; and the way back into the alliance for who has left it.
 */
export const inAndOut: RoomMigration = {
  name: '0012_in_and_out',
  statements: [
    `alter table membership add column in_standing boolean not null generated always as ${inStanding} stored`,
    `alter table membership_period add column in_standing boolean`,
    // History only grows, and only by triggers; what every interval gets here is what its neighbours already say.
    `alter table membership_period disable trigger membership_period_guard`,
    `update membership_period known set in_standing = known.state = 'ACTIVE' or (known.state = 'EXIT_PROPOSED'
       and coalesce((select before.state from membership_period before
         where before.institution_id = known.institution_id and before.id < known.id and before.state <> 'EXIT_PROPOSED'
         order by before.id desc limit 1), 'ACTIVE') = 'ACTIVE')`,
    `update membership_period known set in_standing = membership.in_standing
     from membership where membership.institution_id = known.institution_id and known.valid_to is null`,
    `alter table membership_period enable trigger membership_period_guard`,
    `alter table membership_period alter column in_standing set not null`,
    `create or replace function keep_membership_period() returns trigger language plpgsql as $$
     declare
       since date;
     begin
       if tg_op = 'INSERT' then
         insert into membership_period (institution_id, state, in_standing, member_code, joined_on, valid_from)
           values (new.institution_id, new.state, new.in_standing, new.member_code, new.joined_on, new.joined_on);
         return null;
       end if;
       since := (case when new.state <> old.state then new.state_since else now() end at time zone 'Asia/Shanghai')::date;
       update membership_period set valid_to = greatest(since, valid_from)
         where institution_id = new.institution_id and valid_to is null returning valid_to into since;
       insert into membership_period (institution_id, state, in_standing, member_code, joined_on, valid_from)
         values (new.institution_id, new.state, new.in_standing, new.member_code, new.joined_on, since);
       return null;
     end $$`,
    `create or replace view roster_line with (security_invoker = true) as
       select period.id || '.' || called.id as id, period.institution_id, called.name, called.name_en,
         institution.kind, institution.province, period.member_code, period.state, period.joined_on,
         period.valid_from, period.valid_to, called.valid_from as named_from, called.valid_to as named_to,
         period.in_standing
       from membership_period period
       join institution_name called on called.institution_id = period.institution_id
       join institution on institution.id = period.institution_id`,

    // The step back in needs a case that was approved after the last exit; a second exit needs its own completion.
    `create or replace function guard_membership() returns trigger language plpgsql as $$
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
       if tg_op = 'DELETE' or old.state = 'MERGED' or (old.state = 'EXITED' and new.state = 'EXITED')
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
       elsif old.state || '-' || new.state = 'EXIT_PROPOSED-RUN_OFF' then
         is_sound := exists (
           select 1 from membership_exit way
           where way.membership_id = new.id and way.ground = new.exit_ground and way.state = 'RUN_OFF');
       elsif old.state || '-' || new.state = 'RUN_OFF-EXITED' then
         is_sound := new.exit_ground = old.exit_ground and exists (
           select 1 from membership_exit way
           where way.membership_id = new.id and way.ground = new.exit_ground and way.state = 'COMPLETED')
           and not exists (
             select 1 from membership_exit way
             where way.membership_id = new.id and way.state in ('PROPOSED', 'RUN_OFF'));
       elsif old.state || '-' || new.state = 'EXITED-ACTIVE' then
         is_sound := (caller <> 'PERSON' or app_has_role('SECRETARIAT')) and exists (
           select 1 from membership_case approved
           where approved.institution_id = new.institution_id and approved.state = 'APPROVED'
             and approved.charter_version = new.charter_version and approved.approved_at >= (
               select max(way.exited_at) from membership_exit way where way.membership_id = new.id));
       elsif old.state = 'ACTIVE' and new.state = 'MERGED' then
         perform 1 from membership successor
           where successor.institution_id = new.successor_id and successor.state = 'ACTIVE' for share;
         is_sound := found and (caller <> 'PERSON' or app_has_role('SECRETARIAT'));
       else
         is_sound := false;
       end if;
       perform set_config('app.kind', caller, true);
       if is_sound is not true then
         raise exception 'a membership does not go from % to % like this', old.state, new.state
           using errcode = '23514', constraint = 'membership_steps';
       end if;
       return new;
     end $$`,

    // A case and an exit are decided by the closed motion of the standing council about them, and by no other.
    `create function guard_decided_by_motion() returns trigger language plpgsql as $$
     declare
       caller text := coalesce(current_setting('app.kind', true), '');
       is_decided boolean;
     begin
       perform set_config('app.kind', 'SERVICE', true);
       is_decided := exists (
         select 1 from motion decided join body on body.id = decided.body_id
         where decided.id = new.motion_id and decided.motion_no = new.motion_no and decided.kind = tg_argv[0]
           and decided.subject_id = new.id and body.kind = 'STANDING_COUNCIL'
           and decided.state = case when new.state in ('REFUSED', 'REJECTED') then 'REJECTED' else 'CARRIED' end);
       perform set_config('app.kind', caller, true);
       if not is_decided then
         raise exception 'no motion of the standing council says so'
           using errcode = '23514', constraint = tg_table_name || '_decided_by_motion';
       end if;
       return new;
     end $$`,
    `create trigger membership_case_decided_by_motion before update on membership_case for each row
       when (new.motion_id is not null and (new.motion_id is distinct from old.motion_id
         or (new.state <> old.state and new.state in ('APPROVED', 'REFUSED'))))
       execute function guard_decided_by_motion('ADMIT_MEMBER')`,
    `create trigger membership_exit_decided_by_motion before update on membership_exit for each row
       when (new.motion_id is not null and (new.motion_id is distinct from old.motion_id))
       execute function guard_decided_by_motion('EXIT_MEMBER')`,
    `alter table membership_case
       add constraint membership_case_motion foreign key (motion_id) references motion,
       add constraint membership_case_refused check (state <> 'REFUSED' or motion_id is not null)`,
    `alter table membership_exit add constraint membership_exit_motion foreign key (motion_id) references motion`,

    // Nobody becomes a member under a charter that was not in force on that day (art. 12(5), 20).
    `create function guard_charter_in_force() returns trigger language plpgsql as $$
     declare
       caller text := coalesce(current_setting('app.kind', true), '');
       in_force text;
     begin
       perform set_config('app.kind', 'SERVICE', true);
       select edition into in_force from regulation
         where code = 'CHARTER' and state = 'ADOPTED'
           and effective_from <= (new.activated_at at time zone 'Asia/Shanghai')::date
         order by effective_from desc limit 1;
       perform set_config('app.kind', caller, true);
       if new.charter_in_force <> in_force then
         raise exception 'the charter in force is %', in_force
           using errcode = '23514', constraint = 'membership_case_charter_in_force';
       end if;
       return new;
     end $$`,
    `create trigger membership_case_charter_in_force before update on membership_case for each row
       when (new.state <> old.state and new.state = 'ACTIVATED') execute function guard_charter_in_force()`,
  ],
};
