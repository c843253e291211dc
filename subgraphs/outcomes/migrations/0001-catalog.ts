import type { RoomMigration } from '../../kit/room/database/migration.js';

/** Courses, their classes, and the rows of catalogs that were set aside. */
export const catalog: RoomMigration = {
  name: '0001_catalog',
  statements: [
    `create table course (
       id text primary key,
       institution_id text not null,
       code text not null,
       name text not null,
       unit text,
       hours numeric not null,
       credits numeric not null check (credits > 0),
       credit_scheme text not null,
       grading text,
       valid_from date not null,
       valid_to date,
       source text not null,
       version integer not null default 1,
       created_at timestamptz not null,
       constraint course_key unique (institution_id, code, valid_from),
       constraint course_interval check (valid_to > valid_from),
       constraint course_hours_possible check (hours between 8 * credits and 64 * credits))`,
    `create index course_latest on course (institution_id, code, id) where valid_to is null`,
    `create index course_code on course (code, id) where valid_to is null`,
    `create table course_offering (
       id text primary key,
       institution_id text not null,
       course_id text not null references course,
       academic_year text not null,
       term integer not null check (term between 1 and 3),
       class_key text not null,
       unit text,
       cohort text,
       capacity integer check (capacity >= 0),
       hours numeric not null,
       credits numeric not null check (credits > 0),
       credit_scheme text not null,
       version integer not null default 1,
       created_at timestamptz not null,
       constraint course_offering_key unique (institution_id, academic_year, term, class_key),
       constraint course_offering_hours_possible check (hours between 8 * credits and 64 * credits))`,
    `create index course_offering_course on course_offering (course_id, academic_year, term, class_key)`,
    `create table quarantined_row (
       id text primary key,
       import_id text not null,
       institution_id text not null,
       row integer not null,
       code text not null,
       parameters jsonb not null,
       content jsonb not null,
       created_at timestamptz not null,
       constraint quarantined_row_key unique (import_id, row))`,
    // Part of a name is found without reading every row where the server has the extension; without it just as rightly.
    `do $$
     declare home text;
     begin
       create extension if not exists pg_trgm with schema public;
       select nspname into home from pg_extension join pg_namespace on pg_namespace.oid = extnamespace
         where extname = 'pg_trgm';
       execute format('create index course_name_part on course using gin (name %I.gin_trgm_ops)', home);
     exception when others then
       raise notice 'pg_trgm is not available: %', sqlerrm;
     end $$`,

    `alter table course enable row level security`,
    `alter table course force row level security`,
    `create policy course_read on course for select using (true)`,
    `create policy course_write on course for insert with check ((select app_is_service()))`,
    `create policy course_change on course for update using ((select app_is_service()))`,
    `alter table course_offering enable row level security`,
    `alter table course_offering force row level security`,
    `create policy course_offering_read on course_offering for select using (true)`,
    `create policy course_offering_write on course_offering for insert with check ((select app_is_service()))`,
    `create policy course_offering_change on course_offering for update using ((select app_is_service()))`,
    `alter table quarantined_row enable row level security`,
    `alter table quarantined_row force row level security`,
    `create policy quarantined_row_read on quarantined_row for select using (
       (select app_is_service() or app_has_role('SECRETARIAT'))
       or institution_id = any ((select app_institutions('REGISTRAR', 'INSTITUTION_ADMIN'))::text[]))`,
    `create policy quarantined_row_write on quarantined_row for insert with check ((select app_is_service()))`,
  ],
};
