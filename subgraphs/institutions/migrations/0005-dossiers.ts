import type { RoomMigration } from '../../kit/room/database/migration.js';

/** Dossiers of institutions: entries with three levels of visibility, every version of them kept. */
export const dossiers: RoomMigration = {
  name: '0005_dossiers',
  statements: [
    `create table dossier_entry (
       id text primary key,
       institution_id text not null references institution,
       topic text not null check (topic in ('PROFILE', 'CONTACT', 'QUALITY_ASSURANCE', 'DOCUMENT')),
       visibility text not null check (visibility in ('PUBLIC', 'MEMBER', 'SECRETARIAT')),
       title_zh text not null,
       title_en text,
       text_zh text not null,
       text_en text,
       url text,
       withdrawn_at timestamptz,
       written_by text not null,
       version integer not null default 1,
       created_at timestamptz not null,
       updated_at timestamptz not null)`,
    `create index dossier_entry_institution on dossier_entry (institution_id, topic, id)`,
    `create table dossier_entry_version (
       id text primary key,
       entry_id text not null references dossier_entry,
       institution_id text not null,
       version integer not null,
       content jsonb not null,
       written_by text not null,
       written_at timestamptz not null,
       unique (entry_id, version))`,
    `create function keep_dossier_version() returns trigger language plpgsql as $$
     begin
       if tg_op = 'UPDATE' and (old.withdrawn_at is not null or new.version <> old.version + 1
            or (new.id, new.institution_id, new.created_at) is distinct from (old.id, old.institution_id, old.created_at)) then
         raise exception 'an entry is followed by its next version until it is withdrawn' using errcode = 'check_violation';
       end if;
       insert into dossier_entry_version (id, entry_id, institution_id, version, content, written_by, written_at)
         values (new.id || '.' || new.version, new.id, new.institution_id, new.version, to_jsonb(new), new.written_by,
           new.updated_at);
       return null;
     end $$`,
    `create trigger dossier_entry_kept after insert or update on dossier_entry
       for each row execute function keep_dossier_version()`,
    // Whether who asks is an official of a member in good standing, who may read what members show each other.
    `create function app_member_in_standing() returns boolean language sql stable
     as $$ select exists (select 1 from membership where state in ('ACTIVE', 'EXIT_PROPOSED')
       and institution_id = any (app_institutions('REGISTRAR', 'INSTITUTION_ADMIN'))) $$`,
    `alter table dossier_entry enable row level security`,
    `alter table dossier_entry force row level security`,
    `create policy dossier_entry_read on dossier_entry for select using (
       (visibility = 'PUBLIC' and withdrawn_at is null)
       or (select app_is_service() or app_has_role('SECRETARIAT'))
       or institution_id = any ((select app_institutions('REGISTRAR', 'INSTITUTION_ADMIN'))::text[])
       or (visibility = 'MEMBER' and withdrawn_at is null and (select app_member_in_standing())))`,
    `create policy dossier_entry_write on dossier_entry for insert
       with check (institution_id = any ((select app_institutions('INSTITUTION_ADMIN'))::text[]))`,
    `create policy dossier_entry_change on dossier_entry for update
       using (institution_id = any ((select app_institutions('INSTITUTION_ADMIN'))::text[]))`,
    `alter table dossier_entry_version enable row level security`,
    `alter table dossier_entry_version force row level security`,
    // Earlier versions are the institution's own, and the secretariat's: what was withdrawn is not shown to others.
    `create policy dossier_entry_version_read on dossier_entry_version for select using (
       (select app_is_service() or app_has_role('SECRETARIAT'))
       or institution_id = any ((select app_institutions('REGISTRAR', 'INSTITUTION_ADMIN'))::text[]))`,
    `create policy dossier_entry_version_write on dossier_entry_version for insert
       with check (institution_id = any ((select app_institutions('INSTITUTION_ADMIN'))::text[]))`,
  ],
};
