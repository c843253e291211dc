import type { RoomMigration } from '../../kit/room/database/migration.js';

const officials = `(select app_is_service() or app_has_role('SECRETARIAT'))`;

/** The bodies of the alliance and who holds their seats (charter art. 13 to 17). */
export const governance: RoomMigration = {
  name: '0006_governance',
  statements: [
    // An exclusion constraint over a text and an interval needs it; part of every PostgreSQL, and trusted since 13.
    `create extension if not exists btree_gist with schema public`,

    // For tables of governance: what was decided and who decided it stays.
    `create function governance_is_kept() returns trigger language plpgsql as $$
     begin
       raise exception 'rows of % are kept', tg_table_name
         using errcode = '23514', constraint = tg_table_name || '_kept';
     end $$`,

    `create table body (
       id text primary key,
       kind text not null check (kind in
         ('ASSEMBLY', 'COUNCIL', 'STANDING_COUNCIL', 'SPECIAL_COUNCIL', 'REVIEW_COMMITTEE', 'SECRETARIAT')),
       name_zh text not null,
       name_en text not null,
       article integer not null,
       sub_alliance_id text,
       ended_at timestamptz,
       version integer not null default 1,
       created_at timestamptz not null,
       check ((kind = 'SPECIAL_COUNCIL') = (sub_alliance_id is not null)))`,
    `create unique index body_kind_key on body (kind) where kind <> 'SPECIAL_COUNCIL'`,
    `create unique index body_sub_alliance_key on body (sub_alliance_id)`,

    `create table seat (
       id text primary key,
       body_id text not null references body,
       institution_id text not null references institution,
       subject text not null,
       holder_name text not null,
       office text not null check (office in ('CHAIR', 'VICE_CHAIR', 'MEMBER', 'SECRETARY_GENERAL')),
       valid_from timestamptz not null,
       valid_to timestamptz not null,
       term integer not null default 1 check (term >= 1),
       state text not null check (state in ('HELD', 'ENDED', 'REPLACED')),
       replaces_seat_id text references seat,
       grant_id text references role_grant,
       appointed_by text not null,
       ended_by text,
       end_reason text,
       version integer not null default 1,
       created_at timestamptz not null,
       check (valid_to >= valid_from),
       check ((state = 'HELD') = (ended_by is null)),
       constraint seat_one_per_institution exclude using gist
         (body_id with =, institution_id with =, tstzrange(valid_from, valid_to) with &&),
       constraint seat_one_per_person exclude using gist
         (body_id with =, subject with =, tstzrange(valid_from, valid_to) with &&),
       constraint seat_one_chair exclude using gist
         (body_id with =, tstzrange(valid_from, valid_to) with &&) where (office = 'CHAIR'))`,
    `create index seat_expiry on seat (valid_to, id) where state = 'HELD'`,
    `create index seat_institution on seat (institution_id)`,
    `create index seat_subject on seat (subject)`,

    `create function guard_seat() returns trigger language plpgsql as $$
     begin
       if tg_op = 'INSERT' or new.term > old.term then
         if not exists (
           select 1 from membership where institution_id = new.institution_id and state = 'ACTIVE') then
           raise exception 'only members in standing hold seats'
             using errcode = '23514', constraint = 'seat_member_in_standing';
         end if;
       end if;
       if tg_op = 'INSERT' then return new; end if;
       if old.state <> 'HELD' or (old.body_id, old.institution_id, old.subject, old.office, old.valid_from,
         old.replaces_seat_id, old.appointed_by, old.created_at) is distinct from (new.body_id,
         new.institution_id, new.subject, new.office, new.valid_from, new.replaces_seat_id, new.appointed_by,
         new.created_at) then
         raise exception 'who held a seat, and since when, never changes'
           using errcode = '23514', constraint = 'seat_fixed';
       end if;
       return new;
     end $$`,
    `create trigger seat_guard before insert or update on seat for each row execute function guard_seat()`,

    ...['body', 'seat'].flatMap((table) => [
      `create trigger ${table}_kept before delete on ${table} for each row execute function governance_is_kept()`,
      `alter table ${table} enable row level security`,
      `alter table ${table} force row level security`,
      // The bodies, and who holds their seats, are public.
      `create policy ${table}_read on ${table} for select using (true)`,
      `create policy ${table}_make on ${table} for insert with check (${officials})`,
      `create policy ${table}_change on ${table} for update using (${officials})`,
    ]),
  ],
};
