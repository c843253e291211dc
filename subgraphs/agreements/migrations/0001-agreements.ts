import type { RoomMigration } from '../../kit/room/database/migration.js';

const overseer = `(select app_is_service()) or (select app_has_role('SECRETARIAT', 'COUNCIL_MEMBER', 'SUPERVISOR'))`;
const party = `party_ids && (select app_institutions('INSTITUTION_ADMIN', 'REGISTRAR', 'TEACHER'))::text[]`;
const admin = `party_ids && (select app_institutions('INSTITUTION_ADMIN'))::text[]`;

/** Agreements: every content is kept, and one that not all parties approved by its hash cannot be agreed. */
export const agreements: RoomMigration = {
  name: '0001_agreements',
  statements: [
    `create sequence agreement_number`,
    `create table agreement_version (
       agreement_id text not null,
       content_version integer not null check (content_version >= 1),
       party_ids text[] not null check (cardinality(party_ids) >= 2),
       content jsonb not null,
       content_hash text not null check (content_hash ~ '^sha256:[0-9a-f]{64}$'),
       proposed_by_institution_id text not null,
       proposed_by text not null,
       created_at timestamptz not null,
       primary key (agreement_id, content_version),
       unique (agreement_id, content_version, content_hash),
       check (proposed_by_institution_id = any (party_ids)))`,
    `create table agreement (
       id text primary key,
       agreement_no text not null,
       content_version integer not null,
       content_hash text not null,
       content jsonb not null,
       party_ids text[] not null check (cardinality(party_ids) >= 2),
       state text not null check (state in ('PROPOSED', 'COUNTERED', 'APPROVED', 'SIGNED', 'REJECTED')),
       state_entered_at timestamptz not null,
       respond_by date not null,
       effective_from date not null,
       effective_to date check (effective_to > effective_from),
       terminates_on date,
       reason text,
       version integer not null default 1,
       created_at timestamptz not null,
       constraint agreement_no_key unique (agreement_no),
       foreign key (id, content_version, content_hash)
         references agreement_version (agreement_id, content_version, content_hash) deferrable initially deferred)`,
    `create index agreement_parties on agreement using gin (party_ids)`,
    `create index agreement_state on agreement (state, effective_from, id)`,

    // An approval names the hash that was read; the key makes it impossible to approve a content that never was.
    `create table agreement_approval (
       id text primary key,
       agreement_id text not null,
       content_version integer not null,
       content_hash text not null,
       party_ids text[] not null,
       institution_id text not null,
       kind text not null check (kind in ('APPROVAL', 'SIGNATURE')),
       given_by text not null,
       given_at timestamptz not null,
       check (institution_id = any (party_ids)),
       foreign key (agreement_id, content_version, content_hash)
         references agreement_version (agreement_id, content_version, content_hash) deferrable initially deferred)`,
    `create unique index agreement_approval_party_key
       on agreement_approval (agreement_id, content_version, kind, institution_id)`,

    `create function refuse_change() returns trigger language plpgsql as $$
     begin
       raise exception 'rows of % are never changed', tg_table_name
         using errcode = '23514', constraint = tg_table_name || '_append_only';
     end $$`,
    ...['agreement_version', 'agreement_approval'].map(
      (table) =>
        `create trigger ${table}_append_only before update or delete on ${table}
         for each row execute function refuse_change()`,
    ),
    `create trigger agreement_never_deleted before delete on agreement
       for each row execute function refuse_change()`,

    // The database's own look at "every party approves the same hash" (charter art. 11(2)). It counts as the service,
    // since the caller need not see every approval, and gives the caller's kind back; an exception takes the kind back
    // as well, with whatever it rolls back. Only a superuser may create a function with a SET clause for it.
    `create function guard_agreement() returns trigger language plpgsql as $$
     declare
       caller text := coalesce(current_setting('app.kind', true), '');
       is_short boolean;
       needed text := case new.state when 'APPROVED' then 'APPROVAL' when 'SIGNED' then 'SIGNATURE' end;
     begin
       if new.party_ids <> old.party_ids then
         raise exception 'the parties of an agreement never change'
           using errcode = '23514', constraint = 'agreement_parties_fixed';
       end if;
       if old.state in ('APPROVED', 'SIGNED') and new.content_hash <> old.content_hash then
         raise exception 'an approved content never changes'
           using errcode = '23514', constraint = 'agreement_content_fixed';
       end if;
       if needed is not null and new.state <> old.state then
         perform set_config('app.kind', 'SERVICE', true);
         is_short := exists (
           select 1 from unnest(new.party_ids) as party (id)
           where not exists (
             select 1 from agreement_approval given
             where given.agreement_id = new.id and given.content_version = new.content_version
               and given.content_hash = new.content_hash and given.kind = needed
               and given.institution_id = party.id));
         perform set_config('app.kind', caller, true);
         if is_short then
           raise exception 'not every party gave its %', needed
             using errcode = '23514', constraint = 'agreement_by_all_parties';
         end if;
       end if;
       return new;
     end $$`,
    `create trigger agreement_guard before update on agreement for each row execute function guard_agreement()`,

    ...['agreement', 'agreement_version', 'agreement_approval'].flatMap((table) => [
      `alter table ${table} enable row level security`,
      `alter table ${table} force row level security`,
      `create policy ${table}_propose on ${table} for insert with check ((select app_is_service()) or ${admin})`,
    ]),
    `create policy agreement_read on agreement for select using (
       ${overseer} or ${party} or (state = 'SIGNED' and (select app_is_person())))`,
    `create policy agreement_change on agreement for update using ((select app_is_service()) or ${admin})`,
    `create policy agreement_version_read on agreement_version for select using (${overseer} or ${party})`,
    `create policy agreement_approval_read on agreement_approval for select using (${overseer} or ${party})`,
  ],
};
