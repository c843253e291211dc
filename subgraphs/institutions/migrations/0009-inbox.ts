import type { RoomMigration } from '../../kit/room/database/migration.js';
import { webhookTables } from './0009-inbox-webhooks.js';

const forThem = `waits_for && (select app_task_keys()) or overdue_for && (select app_task_keys())`;

/** What waits for officials, the batches in which they decide, and the webhooks of members. */
export const inbox: RoomMigration = {
  name: '0009_inbox',
  statements: [
    // Everything by which a task may be somebody's: ROLE@institution, ROLE@ for a role held anywhere, @subject.
    `create function app_task_keys() returns text[] language sql stable parallel safe as $$
       with held (entry) as (
         select entry from unnest(string_to_array(current_setting('app.grants', true), ',')) as given (entry)
         where entry <> ''), keys (key) as (
         select entry from held
         union select split_part(entry, '@', 1) || '@' from held
         union select '@' || app_subject() where app_is_person() and app_subject() is not null)
       select coalesce(array_agg(key), '{}') from keys $$`,
    `create table task (
       id text primary key,
       room text not null,
       type text not null,
       subject_id text not null,
       version integer not null,
       state text not null,
       title_zh text,
       title_en text,
       about text not null,
       since timestamptz not null,
       due_at timestamptz,
       lapses_at timestamptz,
       waits_for text[] not null check (cardinality(waits_for) > 0),
       overdue_for text[] not null,
       not_for text[] not null,
       institution_ids text[] not null,
       actions jsonb not null,
       steps jsonb not null,
       closed_at timestamptz,
       constraint task_closed_after check (closed_at >= since))`,
    `create unique index task_open_key on task (room, type, subject_id) where closed_at is null`,
    `create index task_subject on task (type, subject_id, version)`,
    `create index task_waits_for on task using gin (waits_for) where closed_at is null`,
    `create index task_institutions on task using gin (institution_ids)`,
    `create index task_due on task (due_at, id) where closed_at is null`,
    `create function guard_task() returns trigger language plpgsql as $$
     begin
       if tg_op = 'DELETE' then
         raise exception 'a task is history' using errcode = '23514', constraint = 'task_never_deleted';
       end if;
       if old.closed_at is not null then
         raise exception 'a closed task stays as it is' using errcode = '23514', constraint = 'task_closed_final';
       end if;
       if (old.id, old.room, old.type, old.subject_id, old.state, old.since)
         is distinct from (new.id, new.room, new.type, new.subject_id, new.state, new.since) then
         raise exception 'another state is another task' using errcode = '23514', constraint = 'task_subject_fixed';
       end if;
       return new;
     end $$`,
    `create trigger task_guarded before update or delete on task for each row execute function guard_task()`,
    `alter table task enable row level security`,
    `alter table task force row level security`,
    `create policy task_read on task for select using ((select app_is_service()) or ${forThem})`,
    `create policy task_open on task for insert with check ((select app_is_service()))`,
    `create policy task_change on task for update using ((select app_is_service()))`,

    `create table task_batch (
       id text primary key,
       subject text not null,
       key text not null,
       input_hash text not null,
       reason text,
       created_at timestamptz not null,
       constraint task_batch_key unique (subject, key))`,
    `create table task_batch_item (
       batch_id text not null references task_batch,
       place integer not null,
       task_id text not null,
       action text not null,
       room text,
       mutation text,
       subject_id text,
       input jsonb,
       state text not null check (state in ('READY', 'SENT', 'TAKEN', 'REFUSED')),
       errors jsonb not null,
       primary key (batch_id, place),
       check (state = 'REFUSED' or (room is not null and mutation is not null and input is not null)))`,
    // What was answered stays answered: a step leaves READY once, and an outcome never changes.
    `create function guard_task_batch_item() returns trigger language plpgsql as $$
     begin
       if old.state in ('TAKEN', 'REFUSED') or (old.state = 'SENT' and new.state = 'READY') then
         raise exception 'a step is taken once' using errcode = '23514', constraint = 'task_batch_item_once';
       end if;
       return new;
     end $$`,
    `create trigger task_batch_item_once before update on task_batch_item
       for each row execute function guard_task_batch_item()`,
    `alter table task_batch enable row level security`,
    `alter table task_batch force row level security`,
    `create policy task_batch_own on task_batch using
       ((select app_is_service()) or subject = (select app_subject()))`,
    `alter table task_batch_item enable row level security`,
    `alter table task_batch_item force row level security`,
    `create policy task_batch_item_own on task_batch_item using
       ((select app_is_service()) or exists (select from task_batch where task_batch.id = batch_id))`,
    ...webhookTables,
  ],
};
