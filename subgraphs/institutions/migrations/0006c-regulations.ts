import type { RoomMigration } from '../../kit/room/database/migration.js';

const officials = `(select app_is_service() or app_has_role('SECRETARIAT'))`;

/** The charter and the rules of the alliance as versioned texts, and how the council interprets them (art. 24 to 26). */
export const regulations: RoomMigration = {
  name: '0006c_regulations',
  statements: [
    `create table regulation (
       id text primary key,
       code text not null check (code ~ '^[A-Z][A-Z_]{1,39}$'),
       edition text not null,
       title_zh text not null,
       title_en text not null,
       articles jsonb not null check (jsonb_array_length(articles) > 0),
       content_hash text not null check (content_hash ~ '^sha256:[0-9a-f]{64}$'),
       effective_from date not null,
       state text not null check (state in ('DRAFT', 'ADOPTED', 'REJECTED', 'WITHDRAWN')),
       state_since timestamptz not null,
       motion_id text references motion,
       adopted_on date,
       drafted_by text not null,
       version integer not null default 1,
       created_at timestamptz not null,
       constraint regulation_edition_key unique (code, edition),
       check ((state = 'ADOPTED') = (adopted_on is not null)))`,
    // Of two adopted texts that begin on the same day nobody could say which is in force.
    `create unique index regulation_effective_key on regulation (code, effective_from) where state = 'ADOPTED'`,

    `create table interpretation (
       id text primary key,
       regulation_id text not null references regulation,
       article integer not null check (article > 0),
       text_zh text not null,
       text_en text not null,
       interpreted_on date not null,
       motion_id text not null references motion,
       recorded_by text not null,
       created_at timestamptz not null)`,
    `create index interpretation_regulation on interpretation (regulation_id, article, id)`,

    // The charter is amended by the council, by two thirds of all its seats (art. 24); a rule by a motion of its kind.
    // Only the charter of the founding, which the house itself writes, comes without a motion.
    `create function guard_regulation() returns trigger language plpgsql as $$
     begin
       if tg_op = 'INSERT' then
         if new.state = 'ADOPTED' and not (new.code = 'CHARTER' and new.motion_id is null and app_is_service()
           and not exists (select 1 from regulation where code = 'CHARTER')) then
           raise exception 'a text is adopted by a motion'
             using errcode = '23514', constraint = 'regulation_by_motion';
         end if;
         return new;
       end if;
       if old.state <> 'DRAFT' or (old.code, old.edition, old.created_at) is distinct from
         (new.code, new.edition, new.created_at) or (new.state <> 'DRAFT' and
         (old.articles <> new.articles or old.content_hash <> new.content_hash
         or new.effective_from < old.effective_from)) then
         raise exception 'an adopted text never changes' using errcode = '23514', constraint = 'regulation_fixed';
       end if;
       if new.state = 'ADOPTED' and not exists (
         select 1 from motion where id = new.motion_id and state = 'CARRIED' and subject_id = new.id
           and kind = case new.code when 'CHARTER' then 'AMEND_CHARTER' else 'ADOPT_REGULATION' end
           and (new.code <> 'CHARTER' or threshold = 'TWO_THIRDS_OF_ELECTORATE')) then
         raise exception 'a text is adopted by a motion' using errcode = '23514', constraint = 'regulation_by_motion';
       end if;
       return new;
     end $$`,
    `create trigger regulation_guard before insert or update on regulation
       for each row execute function guard_regulation()`,

    `create function guard_interpretation() returns trigger language plpgsql as $$
     begin
       if not exists (
         select 1 from motion join body on body.id = motion.body_id
         where motion.id = new.motion_id and motion.state = 'CARRIED' and body.kind = 'COUNCIL') then
         raise exception 'the council interprets the charter'
           using errcode = '23514', constraint = 'interpretation_by_council';
       end if;
       return new;
     end $$`,
    `create trigger interpretation_guard before insert on interpretation
       for each row execute function guard_interpretation()`,
    `create trigger regulation_kept before delete on regulation for each row execute function governance_is_kept()`,
    `create trigger interpretation_kept before update or delete on interpretation
       for each row execute function governance_is_kept()`,

    ...['regulation', 'interpretation'].flatMap((table) => [
      `alter table ${table} enable row level security`,
      `alter table ${table} force row level security`,
      `create policy ${table}_make on ${table} for insert with check (${officials})`,
    ]),
    // Adopted texts are public; drafts are for those who work on them and decide them.
    `create policy regulation_read on regulation for select using (
       state = 'ADOPTED' or ${officials} or (select app_has_role('COUNCIL_MEMBER')))`,
    `create policy regulation_change on regulation for update using (${officials})`,
    `create policy interpretation_read on interpretation for select using (true)`,
  ],
};
