import type { RoomMigration } from '../../kit/room/database/migration.js';

const overseer = `(select app_is_service() or app_has_role('SECRETARIAT', 'COUNCIL_MEMBER'))`;

/** The ledger of what members do, from which the watch of charter art. 21.1 is read. */
export const activities: RoomMigration = {
  name: '0011_activities',
  statements: [
    `create table member_activity (
       id text primary key,
       institution_id text not null references institution,
       kind text not null check (kind in ('RESOURCE', 'CONVERSION', 'TRADE', 'ALLIANCE_ACTIVITY')),
       occurred_on date not null,
       title text not null,
       source text not null,
       event_id text,
       subject_type text,
       subject_id text,
       evidence text,
       evidence_upload_id text,
       evidence_sha256 text,
       retracts text references member_activity constraint member_activity_retracts_key unique,
       reason text,
       recorded_by text not null,
       created_at timestamptz not null,
       constraint member_activity_event_key unique (source, event_id, institution_id),
       constraint member_activity_evidence check (
         event_id is not null or retracts is not null or evidence is not null or evidence_upload_id is not null),
       constraint member_activity_reason check ((retracts is null) = (reason is null)))`,
    `create index member_activity_institution on member_activity (institution_id, occurred_on)`,

    // What stands: neither a retraction nor retracted.
    `create view counted_activity with (security_invoker = true) as
       select id, institution_id, kind, occurred_on from member_activity entry
       where retracts is null and not exists (
         select from member_activity counter where counter.retracts = entry.id)`,

    `create function guard_activity() returns trigger language plpgsql as $$
     declare
       entry member_activity;
     begin
       if tg_op <> 'INSERT' then
         raise exception 'rows of member_activity are never changed'
           using errcode = '23514', constraint = 'member_activity_append_only';
       end if;
       if new.retracts is not null then
         select * into entry from member_activity where id = new.retracts;
         if entry.retracts is not null or (entry.institution_id, entry.kind, entry.occurred_on)
              is distinct from (new.institution_id, new.kind, new.occurred_on) then
           raise exception 'a retraction repeats the entry that it takes back, and is none itself'
             using errcode = '23514', constraint = 'member_activity_retraction';
         end if;
       end if;
       return new;
     end $$`,
    `create trigger member_activity_guard before insert or update or delete on member_activity
       for each row execute function guard_activity()`,

    `alter table member_activity enable row level security`,
    `create policy member_activity_read on member_activity for select using (
       ${overseer} or institution_id = any ((select app_institutions('INSTITUTION_ADMIN'))::text[]))`,
    `create policy member_activity_write on member_activity for insert
       with check ((select app_is_service() or app_has_role('SECRETARIAT')))`,
  ],
};
