import type { RoomMigration } from '../../kit/room/database/migration.js';

/** The classes of response times when this was made (kit/room/figures/response-times.ts); kept rows have them. */
const bounds =
  'array[10,12,15,18,22,27,33,39,47,56,68,82,100,120,150,180,220,270,330,390,470,560,680,820,1000,1200,1500,1800,' +
  '2200,2700,3300,3900,4700,5600,6800,8200,10000,12000,15000,18000,22000,27000,33000]';

const supervision: readonly string[] = [
  `create table supervision_scope (
     id text primary key,
     authority text not null,
     subject text,
     grant_id text references role_grant,
     provinces text[],
     institution_ids text[],
     valid_from date not null,
     valid_to date not null,
     legal_basis text not null,
     given_by text not null,
     revoked_at timestamptz,
     revoked_by text,
     version integer not null default 1,
     created_at timestamptz not null,
     check (num_nonnulls(subject, grant_id) = 1),
     check (valid_to > valid_from))`,
  `create index supervision_scope_subject on supervision_scope (subject)`,
  `create index supervision_scope_grant on supervision_scope (grant_id)`,
  `create table supervision_visit (
     id text primary key,
     scope_id text not null references supervision_scope,
     subject text not null,
     purpose text not null check (btrim(purpose) <> ''),
     opened_at timestamptz not null,
     expires_at timestamptz not null check (expires_at > opened_at),
     closed_at timestamptz check (closed_at >= opened_at),
     version integer not null default 1,
     created_at timestamptz not null)`,
  `create unique index supervision_visit_open on supervision_visit (subject) where closed_at is null`,
  `create index supervision_visit_scope on supervision_visit (scope_id)`,
  // What was said when a visit began is what it is judged by; it ends once.
  `create function keep_supervision_visit() returns trigger language plpgsql as $$
   begin
     if old.closed_at is not null
       or (old.id, old.scope_id, old.subject, old.purpose, old.opened_at, old.expires_at)
          is distinct from (new.id, new.scope_id, new.subject, new.purpose, new.opened_at, new.expires_at) then
       raise exception 'a supervision visit only ends: nothing else of it changes'
         using errcode = 'integrity_constraint_violation';
     end if;
     return new;
   end $$`,
  `create trigger supervision_visit_kept before update on supervision_visit
     for each row execute function keep_supervision_visit()`,
  `create function keep_supervision_scope() returns trigger language plpgsql as $$
   begin
     if old.revoked_at is not null
       or to_jsonb(old) - array['revoked_at', 'revoked_by', 'version']
          is distinct from to_jsonb(new) - array['revoked_at', 'revoked_by', 'version'] then
       raise exception 'a supervision scope is only revoked: nothing else of it changes'
         using errcode = 'integrity_constraint_violation';
     end if;
     return new;
   end $$`,
  `create trigger supervision_scope_kept before update on supervision_scope
     for each row execute function keep_supervision_scope()`,

  `alter table supervision_scope enable row level security`,
  `alter table supervision_scope force row level security`,
  `create policy supervision_scope_read on supervision_scope for select using (
     (select app_is_service() or app_has_role('SECRETARIAT'))
     or ((select app_has_role('SUPERVISOR'))
       and (subject = (select app_subject())
         or grant_id in (select held.id from role_grant held where held.subject = (select app_subject())))))`,
  `create policy supervision_scope_write on supervision_scope for insert
     with check ((select app_has_role('SECRETARIAT')))`,
  `create policy supervision_scope_change on supervision_scope for update
     using ((select app_has_role('SECRETARIAT')))`,
  `alter table supervision_visit enable row level security`,
  `alter table supervision_visit force row level security`,
  `create policy supervision_visit_read on supervision_visit for select using (
     (select app_is_service() or app_has_role('SECRETARIAT')) or subject = (select app_subject()))`,
  // The scope is one that the supervisor can see, which the policy above decides.
  `create policy supervision_visit_write on supervision_visit for insert with check (
     (select app_has_role('SUPERVISOR')) and subject = (select app_subject())
     and exists (select from supervision_scope given where given.id = scope_id and given.revoked_at is null))`,
  `create policy supervision_visit_change on supervision_visit for update using (
     (select app_has_role('SECRETARIAT'))
     or ((select app_has_role('SUPERVISOR')) and subject = (select app_subject())))`,

  // What a supervisor may see behind the service's checks. The end of a visit by time is the service's to check: the
  // clock of this house is not the database's.
  `create function supervised_institutions() returns text[] language sql stable as $$
     select coalesce(array_agg(seen.id), '{}') from institution seen
     where app_has_role('SUPERVISOR') and exists (
       select from supervision_visit visit join supervision_scope given on given.id = visit.scope_id
       where visit.subject = app_subject() and visit.closed_at is null and given.revoked_at is null
         and (given.provinces is null or seen.province = any (given.provinces))
         and (given.institution_ids is null or seen.id = any (given.institution_ids)))
   $$`,
];

const adapterHealth: readonly string[] = [
  `create function add_counts(one integer[], other integer[]) returns integer[] language sql immutable as $$
     select array_agg(coalesce(a, 0) + coalesce(b, 0) order by place)
     from unnest(one, other) with ordinality as pair(a, b, place)
   $$`,
  // The bound of the class in which the percentile lies, and never more than the longest; null without a question.
  `create function response_time(counts bigint[], percent integer, longest integer) returns integer
   language sql immutable as $$
     select case when min(place) is null then null
       else least(longest, coalesce((${bounds})[min(place)], longest)) end
     from (select place, sum(count) over (order by place) as up_to, sum(count) over () as total
       from unnest(counts) with ordinality as class(count, place)) as summed
     where total > 0 and up_to * 100 >= total * percent
   $$`,
  `create table adapter_health (
     institution_id text primary key references institution,
     health text not null check (health in ('UP', 'DEGRADED', 'DOWN')),
     freshness text check (freshness in ('LIVE', 'CACHED', 'STALE', 'UNAVAILABLE')),
     last_answer_at timestamptz,
     sampled_at timestamptz not null)`,
  `create table adapter_health_hour (
     institution_id text not null references institution,
     hour timestamptz not null,
     calls integer not null check (calls >= 0),
     failures integer not null check (failures between 0 and calls),
     response_times integer[] not null check (array_length(response_times, 1) = 44),
     longest_ms integer not null check (longest_ms >= 0),
     unavailable_seconds integer not null check (unavailable_seconds between 0 and 3600),
     freshness text,
     primary key (institution_id, hour))`,
  `create index adapter_health_hour_hour on adapter_health_hour (hour)`,
  // The same by legal day: a ranking over weeks of thousands of schools reads a twenty-fourth of the rows.
  `create table adapter_health_day (
     institution_id text not null references institution,
     day date not null,
     calls integer not null check (calls >= 0),
     failures integer not null check (failures between 0 and calls),
     response_times integer[] not null check (array_length(response_times, 1) = 44),
     longest_ms integer not null check (longest_ms >= 0),
     unavailable_seconds integer not null check (unavailable_seconds between 0 and 86400),
     primary key (institution_id, day))`,
  `create index adapter_health_day_day on adapter_health_day (day)`,
  // Which schools are connected, for those who see figures of them and not how they are reached.
  `create function connected_schools() returns setof text language sql stable security definer
   set search_path from current as $$
     select id from school
     where enabled and disconnected_at is null and (app_is_service() or app_has_role('SECRETARIAT', 'SUPERVISOR'))
   $$`,
  ...['adapter_health', 'adapter_health_hour', 'adapter_health_day'].flatMap((table) => [
    `alter table ${table} enable row level security`,
    `create policy ${table}_read on ${table} for select using (
       (select app_is_service() or app_has_role('SECRETARIAT'))
       or institution_id = any ((select supervised_institutions())::text[]))`,
    `create policy ${table}_write on ${table} for insert with check ((select app_is_service()))`,
    `create policy ${table}_change on ${table} for update using ((select app_is_service()))`,
  ]),
  ...['adapter_health_hour', 'adapter_health_day'].map(
    (table) => `create policy ${table}_prune on ${table} for delete using ((select app_is_service()))`,
  ),
];

const memberReports: readonly string[] = [
  `create table member_report (
     id text primary key,
     institution_id text not null references institution,
     year integer not null check (year between 2000 and 2199),
     edition integer not null check (edition >= 1),
     state text not null check (state in ('DRAFT', 'SUBMITTED', 'RETURNED', 'ACCEPTED', 'SUPERSEDED')),
     state_since timestamptz not null,
     teachers integer not null check (teachers >= 0),
     reformed_courses integer not null check (reformed_courses >= 0),
     beneficiaries integer not null check (beneficiaries >= 0),
     provinces text[] not null,
     notes text,
     return_reason text,
     submitted_by text,
     decided_by text,
     version integer not null default 1,
     created_at timestamptz not null,
     constraint member_report_edition unique (institution_id, year, edition),
     constraint member_report_two_people check (decided_by <> submitted_by))`,
  `create unique index member_report_under_way on member_report (institution_id, year)
     where state in ('DRAFT', 'SUBMITTED', 'RETURNED')`,
  `create unique index member_report_counted on member_report (institution_id, year) where state = 'ACCEPTED'`,
  `create index member_report_year on member_report (year, state)`,
  // Only what its author still has in hand can change; what counts is replaced by a later edition, never edited.
  `create function keep_member_report() returns trigger language plpgsql as $$
   begin
     if (old.id, old.institution_id, old.year, old.edition) is distinct from
        (new.id, new.institution_id, new.year, new.edition)
       or (old.state not in ('DRAFT', 'RETURNED')
         and (old.teachers, old.reformed_courses, old.beneficiaries, old.provinces, old.notes) is distinct from
             (new.teachers, new.reformed_courses, new.beneficiaries, new.provinces, new.notes))
       or (old.state = 'ACCEPTED' and new.state not in ('ACCEPTED', 'SUPERSEDED'))
       or (old.state = 'SUPERSEDED') then
       raise exception 'a member report that was handed in is not edited; make another edition'
         using errcode = 'integrity_constraint_violation';
     end if;
     return new;
   end $$`,
  `create trigger member_report_kept before update on member_report
     for each row execute function keep_member_report()`,
  `alter table member_report enable row level security`,
  `create policy member_report_read on member_report for select using (
     (select app_is_service() or app_has_role('SECRETARIAT'))
     or institution_id = any ((select app_institutions('INSTITUTION_ADMIN'))::text[])
     or (state = 'ACCEPTED' and institution_id = any ((select supervised_institutions())::text[])))`,
  `create policy member_report_write on member_report for insert with check (
     institution_id = any ((select app_institutions('INSTITUTION_ADMIN'))::text[]))`,
  `create policy member_report_change on member_report for update using (
     (select app_has_role('SECRETARIAT'))
     or institution_id = any ((select app_institutions('INSTITUTION_ADMIN'))::text[]))`,
];

const snapshots: readonly string[] = [
  `create table figure_snapshot (
     id text primary key,
     year integer not null,
     edition integer not null check (edition >= 1),
     as_of timestamptz not null,
     content text not null,
     hash text not null check (hash = encode(sha256(convert_to(content, 'UTF8')), 'hex')),
     reason text,
     frozen_by text not null,
     created_at timestamptz not null,
     constraint figure_snapshot_edition unique (year, edition),
     check ((edition = 1) = (reason is null)))`,
  `create trigger figure_snapshot_append_only before update or delete or truncate on figure_snapshot
     for each statement execute function refuse_audit_change()`,
  `alter table figure_snapshot enable always trigger figure_snapshot_append_only`,
  `alter table figure_snapshot enable row level security`,
  `create policy figure_snapshot_read on figure_snapshot for select using (
     (select app_is_service() or app_has_role('SECRETARIAT', 'COUNCIL_MEMBER')))`,
  `create policy figure_snapshot_write on figure_snapshot for insert with check ((select app_has_role('SECRETARIAT')))`,
];

/** Supervision, the health of adapters, members' reports and frozen figures. */
export const figures: RoomMigration = {
  name: '0010_figures',
  statements: [...supervision, ...adapterHealth, ...memberReports, ...snapshots],
};
