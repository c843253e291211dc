import type { RoomMigration } from '../../kit/room/database/migration.js';

/** Institutions, memberships, grants and the directory of schools. */
export const roster: RoomMigration = {
  name: '0001_roster',
  statements: [
    `create table institution (
       id text primary key,
       name text not null,
       name_en text,
       kind text not null,
       moe_code text constraint institution_moe_code_key unique check (moe_code ~ '^[0-9]{10}$'),
       authority text,
       province text,
       city text,
       level text,
       note text,
       source text not null,
       version integer not null default 1,
       created_at timestamptz not null)`,
    `create index institution_name on institution (name, id)`,
    `create index institution_name_en on institution (name_en, id)`,
    `create index institution_province on institution (province, moe_code)`,
    `create table membership (
       id text primary key,
       institution_id text not null references institution constraint membership_institution_key unique,
       member_code text not null constraint membership_code_key unique,
       state text not null,
       state_since timestamptz not null,
       joined_on date not null,
       charter_version text not null,
       version integer not null default 1,
       created_at timestamptz not null)`,
    `create table role_grant (
       id text primary key,
       subject text not null,
       role text not null,
       institution_id text references institution,
       valid_from timestamptz not null,
       valid_to timestamptz,
       given_by text not null,
       revoked_by text,
       version integer not null default 1,
       created_at timestamptz not null,
       check (valid_to is null or valid_to >= valid_from))`,
    `create index role_grant_subject on role_grant (subject)`,
    `create index role_grant_institution on role_grant (institution_id)`,
    `create table school (
       id text constraint school_pkey primary key references institution,
       kind text not null,
       endpoint text not null,
       enabled boolean not null,
       version integer not null default 1,
       created_at timestamptz not null)`,

    // The wall behind the policies: what nobody may see stays invisible even to a statement that forgot to ask.
    `alter table institution enable row level security`,
    `create policy institution_read on institution for select using (true)`,
    `create policy institution_write on institution for insert with check ((select app_is_service()))`,
    // Locking a row for update needs the update policy; the secretariat locks the institution that it admits.
    `create policy institution_change on institution for update
       using ((select app_is_service() or app_has_role('SECRETARIAT', 'INSTITUTION_ADMIN')))
       with check ((select app_is_service()))`,
    `alter table membership enable row level security`,
    `create policy membership_read on membership for select using (true)`,
    `create policy membership_write on membership for insert
       with check ((select app_is_service() or app_has_role('SECRETARIAT')))`,
    `create policy membership_change on membership for update
       using ((select app_is_service() or app_has_role('SECRETARIAT')))`,
    `alter table role_grant enable row level security`,
    `create policy role_grant_read on role_grant for select using (
       (select app_is_service() or app_has_role('SECRETARIAT'))
       or subject = (select app_subject())
       or institution_id = any ((select app_institutions('INSTITUTION_ADMIN'))::text[]))`,
    `create policy role_grant_write on role_grant for insert with check (
       (select app_is_service() or app_has_role('SECRETARIAT'))
       or institution_id = any ((select app_institutions('INSTITUTION_ADMIN'))::text[]))`,
    `create policy role_grant_change on role_grant for update using (
       (select app_is_service() or app_has_role('SECRETARIAT'))
       or institution_id = any ((select app_institutions('INSTITUTION_ADMIN'))::text[]))`,
    `alter table school enable row level security`,
    `create policy school_all on school using (
       (select app_is_service() or app_has_role('SECRETARIAT'))
       or id = any ((select app_institutions('INSTITUTION_ADMIN'))::text[]))`,
  ],
};
