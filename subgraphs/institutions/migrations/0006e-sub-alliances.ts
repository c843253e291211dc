import type { RoomMigration } from '../../kit/room/database/migration.js';

const officials = `(select app_is_service() or app_has_role('SECRETARIAT'))`;
const councils = `(select app_has_role('COUNCIL_MEMBER'))`;
const administers = (column: string): string =>
  `${column} = any ((select app_institutions('INSTITUTION_ADMIN'))::text[])`;
const lead = administers('lead_institution_id');

/** Sub-alliances by industry or region, their members and their yearly reports (charter art. 15, 17). */
export const subAlliances: RoomMigration = {
  name: '0006e_sub_alliances',
  statements: [
    `create table sub_alliance (
       id text primary key,
       name_zh text not null,
       name_en text not null,
       kind text not null check (kind in ('INDUSTRY', 'REGION')),
       field text not null,
       purpose text not null,
       lead_institution_id text not null references institution,
       state text not null check (state in
         ('APPLIED', 'FOUNDED', 'DISSOLUTION_PROPOSED', 'DISSOLVED', 'MERGED', 'REFUSED', 'WITHDRAWN')),
       state_since timestamptz not null,
       applied_by text not null,
       founded_at timestamptz,
       motion_id text references motion,
       end_motion_id text references motion,
       successor_id text references sub_alliance check (successor_id <> id),
       reason text,
       version integer not null default 1,
       created_at timestamptz not null)`,
    `create unique index sub_alliance_name_key on sub_alliance (name_zh)
       where state in ('APPLIED', 'FOUNDED', 'DISSOLUTION_PROPOSED')`,
    `alter table body add foreign key (sub_alliance_id) references sub_alliance`,

    `create table sub_alliance_member (
       id text primary key,
       sub_alliance_id text not null references sub_alliance,
       lead_institution_id text not null references institution,
       institution_id text not null references institution,
       state text not null check (state in ('REQUESTED', 'MEMBER', 'REFUSED', 'LEFT')),
       state_since timestamptz not null,
       valid_from timestamptz,
       valid_to timestamptz,
       requested_by text not null,
       version integer not null default 1,
       created_at timestamptz not null,
       check (valid_to >= valid_from),
       check ((state in ('MEMBER', 'LEFT')) = (valid_from is not null)),
       check ((state = 'LEFT') = (valid_to is not null)))`,
    `create unique index sub_alliance_member_key on sub_alliance_member (sub_alliance_id, institution_id)
       where state in ('REQUESTED', 'MEMBER')`,

    `create table sub_alliance_report (
       id text primary key,
       sub_alliance_id text not null references sub_alliance,
       lead_institution_id text not null references institution,
       year integer not null check (year between 2016 and 2200),
       text text not null,
       state text not null check (state in ('SUBMITTED', 'INSPECTED')),
       state_since timestamptz not null,
       finding text check (finding in ('SATISFACTORY', 'DEFICIENT')),
       remark text,
       submitted_by text not null,
       inspected_by text check (inspected_by <> submitted_by),
       version integer not null default 1,
       created_at timestamptz not null,
       constraint sub_alliance_report_key unique (sub_alliance_id, year),
       check ((state = 'INSPECTED') = (finding is not null and inspected_by is not null)))`,

    // A sub-alliance begins and ends by a motion that was carried.
    `create function guard_sub_alliance() returns trigger language plpgsql as $$
     begin
       if tg_op = 'INSERT' then
         if new.state <> 'APPLIED' then
           raise exception 'a sub-alliance begins with an application'
             using errcode = '23514', constraint = 'sub_alliance_by_motion';
         end if;
         return new;
       end if;
       if old.state in ('DISSOLVED', 'MERGED', 'REFUSED', 'WITHDRAWN')
         or new.lead_institution_id <> old.lead_institution_id then
         raise exception 'what became of a sub-alliance stays'
           using errcode = '23514', constraint = 'sub_alliance_fixed';
       end if;
       if new.state = 'FOUNDED' and old.state = 'APPLIED' and not exists (
         select 1 from motion where id = new.motion_id and subject_id = new.id and state = 'CARRIED'
           and kind = 'FOUND_SUB_ALLIANCE') then
         raise exception 'a sub-alliance is founded by a motion'
           using errcode = '23514', constraint = 'sub_alliance_by_motion';
       end if;
       if new.state in ('DISSOLVED', 'MERGED') and not exists (
         select 1 from motion where id = new.end_motion_id and subject_id = new.id and state = 'CARRIED'
           and kind = 'DISSOLVE_SUB_ALLIANCE') then
         raise exception 'a sub-alliance ends by a motion'
           using errcode = '23514', constraint = 'sub_alliance_by_motion';
       end if;
       return new;
     end $$`,
    `create trigger sub_alliance_guard before insert or update on sub_alliance
       for each row execute function guard_sub_alliance()`,

    `create function guard_sub_alliance_member() returns trigger language plpgsql as $$
     begin
       if tg_op = 'UPDATE' then
         if old.state in ('REFUSED', 'LEFT') or (old.sub_alliance_id, old.institution_id, old.lead_institution_id)
           is distinct from (new.sub_alliance_id, new.institution_id, new.lead_institution_id) then
           raise exception 'what became of a member stays'
             using errcode = '23514', constraint = 'sub_alliance_member_fixed';
         end if;
       elsif not exists (
         select 1 from membership where institution_id = new.institution_id and state = 'ACTIVE') then
         raise exception 'only members in standing join'
           using errcode = '23514', constraint = 'sub_alliance_member_in_standing';
       end if;
       return new;
     end $$`,
    `create trigger sub_alliance_member_guard before insert or update on sub_alliance_member
       for each row execute function guard_sub_alliance_member()`,

    `create function guard_special_seat() returns trigger language plpgsql as $$
     begin
       if exists (
         select 1 from body where body.id = new.body_id and body.sub_alliance_id is not null and not exists (
           select 1 from sub_alliance_member m where m.sub_alliance_id = body.sub_alliance_id
             and m.institution_id = new.institution_id and m.state = 'MEMBER')) then
         raise exception 'only members of the sub-alliance sit in its council'
           using errcode = '23514', constraint = 'seat_of_sub_alliance';
       end if;
       return new;
     end $$`,
    `create trigger seat_of_sub_alliance before insert on seat for each row execute function guard_special_seat()`,

    ...['sub_alliance', 'sub_alliance_member', 'sub_alliance_report'].flatMap((table) => [
      `create trigger ${table}_kept before delete on ${table} for each row execute function governance_is_kept()`,
      `alter table ${table} enable row level security`,
      `alter table ${table} force row level security`,
    ]),
    `create policy sub_alliance_read on sub_alliance for select using (
       state in ('FOUNDED', 'DISSOLUTION_PROPOSED', 'DISSOLVED', 'MERGED') or ${officials} or ${councils} or ${lead})`,
    `create policy sub_alliance_make on sub_alliance for insert with check (${officials} or ${lead})`,
    `create policy sub_alliance_change on sub_alliance for update using (${officials} or ${lead})`,
    `create policy sub_alliance_member_read on sub_alliance_member for select using (
       state in ('MEMBER', 'LEFT') or ${officials} or ${lead} or ${administers('institution_id')})`,
    `create policy sub_alliance_member_make on sub_alliance_member for insert with check (
       ${officials} or (state = 'REQUESTED' and ${administers('institution_id')}))`,
    `create policy sub_alliance_member_change on sub_alliance_member for update using (
       ${officials} or ${lead} or ${administers('institution_id')})`,
    `create policy sub_alliance_report_read on sub_alliance_report for select using (
       ${officials} or ${councils} or ${lead})`,
    `create policy sub_alliance_report_make on sub_alliance_report for insert with check (${lead})`,
    `create policy sub_alliance_report_change on sub_alliance_report for update using (${officials})`,
  ],
};
