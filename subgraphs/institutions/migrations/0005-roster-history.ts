import type { RoomMigration } from '../../kit/room/database/migration.js';

/** What a table of history has besides its facts, and the walls around it: it only grows, and only by triggers. */
const historyOf = (table: string): readonly string[] => [
  `create unique index ${table}_open on ${table} (institution_id) where valid_to is null`,
  `create index ${table}_institution on ${table} (institution_id, valid_from)`,
  `alter table ${table} enable row level security`,
  `create policy ${table}_read on ${table} for select using (true)`,
  // Whoever may change the fact has to leave its history; that nobody else writes here is the guard's business.
  `create policy ${table}_write on ${table} for insert with check (true)`,
  `create policy ${table}_close on ${table} for update using (true) with check (true)`,
  `create trigger ${table}_guard before insert or update or delete on ${table}
     for each row execute function guard_history()`,
];

/**
 * What institutions were called and whether they were members, as of any date; comparisons of the Ministry's lists;
 * codes of institutions abroad and of those that the Ministry does not list.
 */
export const rosterHistory: RoomMigration = {
  name: '0005_roster_history',
  statements: [
    `alter table institution
       add column country text not null default 'CN' check (country ~ '^[A-Z]{2}$'),
       add column schac text constraint institution_schac_key unique check (schac ~ '^[a-z0-9-]+([.][a-z0-9-]+)+$'),
       add column credit_code text constraint institution_credit_code_key unique
         check (credit_code ~ '^[0-9A-HJ-NP-RTUW-Y]{18}$'),
       add column name_since date,
       add column listing text check (listing in ('LISTED', 'GONE', 'MERGED')),
       add column listing_since date,
       add column merged_into text references institution,
       add constraint institution_listing_dated check ((listing is null) = (listing_since is null)),
       add constraint institution_merged_into_another
         check ((listing is not distinct from 'MERGED') = (merged_into is not null) and merged_into <> id)`,
    `update institution set listing = 'LISTED', listing_since = substring(source from '^MOE (\\d{4}-\\d\\d-\\d\\d)$')::date
     where moe_code is not null and source ~ '^MOE \\d{4}-\\d\\d-\\d\\d$'`,

    // Rows of history are closed once and otherwise stay as they were written: the intervals of one institution follow
    // each other without a gap and without an overlap, because each begins where the last one was closed.
    `create function guard_history() returns trigger language plpgsql as $$
     declare
       last_end date;
       known boolean;
     begin
       if pg_trigger_depth() < 2 then
         raise exception 'history is written by what it is the history of' using errcode = 'check_violation';
       end if;
       if tg_op = 'DELETE' then
         raise exception 'history only grows' using errcode = 'check_violation';
       end if;
       if tg_op = 'UPDATE' then
         if old.valid_to is not null or new.valid_to is null
            or to_jsonb(new) - 'valid_to' <> to_jsonb(old) - 'valid_to' then
           raise exception 'an interval of history is closed once, and nothing else' using errcode = 'check_violation';
         end if;
         return new;
       end if;
       execute format('select true, valid_to from %I where institution_id = $1 order by id desc limit 1', tg_table_name)
         into known, last_end using new.institution_id;
       if new.valid_to is not null or (known and new.valid_from is distinct from last_end) then
         raise exception 'an interval of history begins where the last one ended' using errcode = 'exclusion_violation';
       end if;
       return new;
     end $$`,

    // The index of the same name makes room for the table.
    `alter index institution_name rename to institution_by_name`,
    `create table institution_name (
       id bigint generated always as identity primary key,
       institution_id text not null references institution,
       name text not null,
       name_en text,
       valid_from date,
       valid_to date,
       check (valid_from is null or valid_to is null or valid_to >= valid_from))`,
    `create index institution_name_name on institution_name (name, id)`,
    `insert into institution_name (institution_id, name, name_en, valid_from)
       select id, name, name_en, null from institution`,
    ...historyOf('institution_name'),
    // A writer who knows since when a name holds says so in name_since; else it holds from today.
    `create function keep_institution_name() returns trigger language plpgsql as $$
     declare
       since date;
     begin
       if tg_op = 'INSERT' then
         insert into institution_name (institution_id, name, name_en, valid_from)
           values (new.id, new.name, new.name_en, new.name_since);
         return null;
       end if;
       since := case when new.name_since is distinct from old.name_since and new.name_since is not null
         then new.name_since else (now() at time zone 'Asia/Shanghai')::date end;
       update institution_name set valid_to = greatest(since, valid_from)
         where institution_id = new.id and valid_to is null returning valid_to into since;
       insert into institution_name (institution_id, name, name_en, valid_from)
         values (new.id, new.name, new.name_en, since);
       return null;
     end $$`,
    `create trigger institution_first_name after insert on institution
       for each row execute function keep_institution_name()`,
    `create trigger institution_next_name after update on institution
       for each row when ((old.name, old.name_en) is distinct from (new.name, new.name_en))
       execute function keep_institution_name()`,

    `create table membership_period (
       id bigint generated always as identity primary key,
       institution_id text not null references institution,
       state text not null,
       member_code text not null,
       joined_on date not null,
       valid_from date not null,
       valid_to date,
       check (valid_to is null or valid_to >= valid_from))`,
    `create index membership_period_code on membership_period (member_code, id)`,
    `create index membership_period_joined on membership_period (joined_on, id)`,
    // What came before the present state is not known but for this: a member was active before it was suspended.
    `insert into membership_period (institution_id, state, member_code, joined_on, valid_from, valid_to)
       select institution_id, 'ACTIVE', member_code, joined_on, joined_on, (state_since at time zone 'Asia/Shanghai')::date
       from membership where state <> 'ACTIVE' and joined_on < (state_since at time zone 'Asia/Shanghai')::date`,
    `insert into membership_period (institution_id, state, member_code, joined_on, valid_from)
       select institution_id, state, member_code, joined_on,
         case when state = 'ACTIVE' then joined_on
           else greatest(joined_on, (state_since at time zone 'Asia/Shanghai')::date) end
       from membership`,
    ...historyOf('membership_period'),
    `create function keep_membership_period() returns trigger language plpgsql as $$
     declare
       since date;
     begin
       if tg_op = 'INSERT' then
         insert into membership_period (institution_id, state, member_code, joined_on, valid_from)
           values (new.institution_id, new.state, new.member_code, new.joined_on, new.joined_on);
         return null;
       end if;
       since := (case when new.state <> old.state then new.state_since else now() end at time zone 'Asia/Shanghai')::date;
       update membership_period set valid_to = greatest(since, valid_from)
         where institution_id = new.institution_id and valid_to is null returning valid_to into since;
       insert into membership_period (institution_id, state, member_code, joined_on, valid_from)
         values (new.institution_id, new.state, new.member_code, new.joined_on, since);
       return null;
     end $$`,
    `create trigger membership_first_period after insert on membership
       for each row execute function keep_membership_period()`,
    `create trigger membership_next_period after update on membership
       for each row when ((old.state, old.member_code, old.joined_on) is distinct from (new.state, new.member_code, new.joined_on))
       execute function keep_membership_period()`,

    // One line for each institution, name and period; as of a date there is at most one line for each institution.
    `create view roster_line with (security_invoker = true) as
       select period.id || '.' || called.id as id, period.institution_id, called.name, called.name_en,
         institution.kind, institution.province, period.member_code, period.state, period.joined_on,
         period.valid_from, period.valid_to, called.valid_from as named_from, called.valid_to as named_to
       from membership_period period
       join institution_name called on called.institution_id = period.institution_id
       join institution on institution.id = period.institution_id`,

    `create table roster_edition (
       id bigint generated always as identity primary key,
       as_of date not null,
       institutions integer not null,
       applied_by text not null,
       applied_at timestamptz not null)`,
    `insert into roster_edition (as_of, institutions, applied_by, applied_at)
       select max(listing_since), count(*), 'service:institutions', now() from institution where listing = 'LISTED'
       having count(*) > 0`,
    `alter table roster_edition enable row level security`,
    `create policy roster_edition_read on roster_edition for select using (true)`,
    `create policy roster_edition_write on roster_edition for insert
       with check ((select app_is_service() or app_has_role('SECRETARIAT')))`,

    `create table roster_comparison (
       id text primary key,
       job_id text not null constraint roster_comparison_job_key unique,
       as_of date not null,
       previous_as_of date not null,
       roster_print text not null,
       listed integer not null,
       unchanged integer not null,
       state text not null check (state in ('COMPARED', 'APPLIED', 'DISCARDED')),
       state_entered_at timestamptz not null,
       version integer not null default 1,
       created_at timestamptz not null)`,
    `create table roster_change (
       id text primary key,
       comparison_id text not null references roster_comparison,
       kind text not null check (kind in ('NEW', 'RETURNED', 'RENAMED', 'MOVED', 'GONE', 'MERGE_CANDIDATE')),
       moe_code text not null,
       institution_id text references institution,
       name text not null,
       province text not null,
       before jsonb,
       after jsonb,
       successor jsonb,
       decision text check (decision in ('MERGED_INTO', 'GONE', 'KEEP')),
       decided_successor text,
       unique (comparison_id, moe_code),
       check ((kind in ('GONE', 'MERGE_CANDIDATE')) = (after is null)),
       check (decision is null or after is null),
       check ((decision is not distinct from 'MERGED_INTO') = (decided_successor is not null)))`,
    `create index roster_change_listed on roster_change (comparison_id, province, moe_code, id)`,
    `create function guard_roster_comparison() returns trigger language plpgsql as $$
     begin
       if old.state <> 'COMPARED' or to_jsonb(new) - array['state', 'state_entered_at', 'version']
            <> to_jsonb(old) - array['state', 'state_entered_at', 'version'] then
         raise exception 'a comparison is applied or discarded once, and nothing else' using errcode = 'check_violation';
       end if;
       return new;
     end $$`,
    `create trigger roster_comparison_guard before update on roster_comparison
       for each row execute function guard_roster_comparison()`,
    `create function guard_roster_change() returns trigger language plpgsql as $$
     begin
       if old.decision is not null or to_jsonb(new) - array['decision', 'decided_successor']
            <> to_jsonb(old) - array['decision', 'decided_successor'] then
         raise exception 'a change of a list is decided once, and nothing else' using errcode = 'check_violation';
       end if;
       return new;
     end $$`,
    `create trigger roster_change_guard before update on roster_change
       for each row execute function guard_roster_change()`,
    ...['roster_comparison', 'roster_change'].flatMap((table) => [
      `alter table ${table} enable row level security`,
      `create policy ${table}_read on ${table} for select using ((select app_is_service() or app_has_role('SECRETARIAT')))`,
      `create policy ${table}_write on ${table} for insert with check ((select app_is_service()))`,
      `create policy ${table}_change on ${table} for update using ((select app_has_role('SECRETARIAT')))`,
    ]),
    // The secretariat applies what it has confirmed, in its own name.
    `create policy institution_listed on institution for insert with check ((select app_has_role('SECRETARIAT')))`,
    `create policy institution_relisted on institution for update
       using ((select app_has_role('SECRETARIAT'))) with check ((select app_has_role('SECRETARIAT')))`,
  ],
};
