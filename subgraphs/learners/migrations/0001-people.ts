import type { RoomMigration } from '../../kit/room/database/migration.js';

const mine = `owner_subject = (select app_subject())`;
const service = `(select app_is_service())`;
const checkedHere = `institution_id = any (
  (select app_institutions('REGISTRAR', 'INSTITUTION_ADMIN', 'SERVICE_POINT_CLERK'))::text[])`;
const recordedHere = `institution_id = any ((select app_institutions('REGISTRAR', 'INSTITUTION_ADMIN'))::text[])`;

/** Learners, their accounts, documents and school records, with the guards of model.md sections 3.11 and 3.18. */
export const people: RoomMigration = {
  name: '0001_people',
  statements: [
    `create table learner (
       id text primary key,
       subject text not null,
       legal_name text not null check (legal_name <> ''),
       attended_ids text[] not null default '{}',
       version integer not null default 1,
       created_at timestamptz not null,
       constraint learner_subject_key unique (subject))`,

    `create table account (
       id text primary key,
       learner_id text not null references learner,
       owner_subject text not null,
       institution_id text not null,
       state text not null check (
         state in ('APPLIED', 'IDENTITY_PENDING', 'ACTIVE', 'FROZEN', 'CLOSED', 'REFUSED', 'WITHDRAWN')),
       state_entered_at timestamptz not null,
       refused_reason text,
       version integer not null default 1,
       created_at timestamptz not null)`,
    // A closed account is reopened, so it counts too; only an application that came to nothing makes room.
    `create unique index account_learner_key on account (learner_id) where state not in ('REFUSED', 'WITHDRAWN')`,
    `create index account_institution_state on account (institution_id, state, id)`,
    `create index account_owner on account (owner_subject)`,

    `create table person_identity (
       id text primary key,
       learner_id text not null references learner,
       owner_subject text not null,
       institution_id text not null,
       document_type text not null check (document_type in ('RESIDENT_IDENTITY_CARD')),
       document_name text not null,
       issuer text not null,
       sealed_number text not null,
       number_hash text not null,
       verified_at timestamptz,
       verified_by text,
       version integer not null default 1,
       created_at timestamptz not null,
       constraint person_identity_verified_by_other check (verified_by is null or verified_by <> owner_subject),
       check ((verified_at is null) = (verified_by is null)))`,
    // One verified document belongs to one learner, who has one account: two ACTIVE accounts for one person cannot be.
    `create unique index person_identity_verified_key on person_identity (document_type, issuer, number_hash)
       where verified_at is not null`,
    `create index person_identity_learner on person_identity (learner_id)`,

    `create table student_record_link (
       id text primary key,
       learner_id text not null references learner,
       owner_subject text not null,
       institution_id text not null,
       student_number text not null,
       confirmed_at timestamptz,
       version integer not null default 1,
       created_at timestamptz not null,
       constraint student_record_link_own_key unique (learner_id, institution_id, student_number))`,
    `create unique index student_record_link_key on student_record_link (institution_id, student_number)
       where confirmed_at is not null`,
    `create index student_record_link_owner on student_record_link (owner_subject)`,

    // Who may see a learner is read with the learner's row, without looking at links for every row.
    `create index learner_attended on learner using gin (attended_ids)`,
    // It acts as the bank itself and gives the caller's kind back; an exception takes the kind back as well, with
    // whatever it rolls back. A SET clause would say it shorter, but only a superuser may create a function with one.
    `create function keep_attended() returns trigger language plpgsql as $$
     declare
       caller text := coalesce(current_setting('app.kind', true), '');
     begin
       perform set_config('app.kind', 'SERVICE', true);
       update learner set attended_ids = (
         select coalesce(array_agg(distinct link.institution_id), '{}') from student_record_link link
         where link.learner_id = new.learner_id and link.confirmed_at is not null)
       where id = new.learner_id;
       perform set_config('app.kind', caller, true);
       return new;
     end $$`,
    `create trigger student_record_link_attended after insert or update on student_record_link
       for each row execute function keep_attended()`,
    `create function guard_attended() returns trigger language plpgsql as $$
     begin
       if new.attended_ids <> '{}' and tg_op = 'INSERT'
         or tg_op = 'UPDATE' and new.attended_ids <> old.attended_ids and pg_trigger_depth() < 2 then
         raise exception 'where a learner is known follows from their school records'
           using errcode = '23514', constraint = 'learner_attended_kept';
       end if;
       return new;
     end $$`,
    `create trigger learner_attended_kept before insert or update on learner
       for each row execute function guard_attended()`,

    `create function refuse_delete() returns trigger language plpgsql as $$
     begin
       raise exception 'rows of % are never deleted', tg_table_name
         using errcode = '23514', constraint = tg_table_name || '_never_deleted';
     end $$`,
    ...['learner', 'account', 'person_identity', 'student_record_link'].flatMap((table) => [
      `create trigger ${table}_never_deleted before delete on ${table} for each row execute function refuse_delete()`,
      `alter table ${table} enable row level security`,
      `alter table ${table} force row level security`,
    ]),

    `create policy learner_read on learner for select using (
       ${service} or subject = (select app_subject())
       or attended_ids && (select app_institutions('REGISTRAR', 'INSTITUTION_ADMIN'))::text[])`,
    `create policy learner_open on learner for insert with check (${service} or subject = (select app_subject()))`,
    `create policy learner_change on learner for update using (${service} or subject = (select app_subject()))`,

    `create policy account_read on account for select using (${service} or ${mine} or ${checkedHere})`,
    `create policy account_open on account for insert with check (${service} or ${mine})`,
    `create policy account_change on account for update using (${service} or ${mine} or ${checkedHere})`,

    `create policy identity_read on person_identity for select using (${service} or ${mine} or ${checkedHere})`,
    `create policy identity_give on person_identity for insert with check (${service} or ${mine})`,
    `create policy identity_verify on person_identity for update using (${service} or ${checkedHere} or ${mine})`,

    `create policy link_read on student_record_link for select using (
       ${service} or ${mine} or (confirmed_at is not null and ${recordedHere}))`,
    `create policy link_make on student_record_link for insert with check (${service} or ${mine})`,
    `create policy link_change on student_record_link for update using (${service} or ${mine})`,
  ],
};
