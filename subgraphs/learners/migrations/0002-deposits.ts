import type { RoomMigration } from '../../kit/room/database/migration.js';

/** What of a deposit may never change: amounts, identity, source, who entered it (model.md section 3.11). */
const content = [
  'id',
  'issuer_id',
  'student_number',
  'native_key',
  'attempt',
  'course_code',
  'title',
  'category',
  'credit_amount',
  'credit_scheme',
  'hours',
  'grade',
  'grade_scale',
  'awarded_on',
  'term',
  'source_system',
  'source_method',
  'source_as_of',
  'source_freshness',
  'evidence_hash',
  'entered_by',
  'created_at',
];
const row = (of: string) => `(${content.map((column) => `${of}.${column}`).join(', ')})`;

const issuedHere = `issuer_id = any ((select app_institutions('REGISTRAR', 'INSTITUTION_ADMIN'))::text[])`;

/** Deposits and what the bank itself does with them. */
export const deposits: RoomMigration = {
  name: '0002_deposits',
  statements: [
    `create table deposit (
       id text primary key,
       learner_id text references learner,
       owner_subject text,
       issuer_id text not null,
       student_number text not null,
       native_key text not null,
       attempt text not null,
       course_code text,
       title text not null,
       category text not null check (category in ('ACADEMIC', 'VOCATIONAL', 'CULTURE_LEISURE')),
       credit_amount numeric(18, 6) not null check (credit_amount >= 0),
       credit_scheme text not null,
       hours numeric(18, 6),
       grade text,
       grade_scale text,
       awarded_on date,
       term text,
       source_system text,
       source_method text,
       source_as_of timestamptz,
       source_freshness text not null,
       evidence_hash text,
       state text not null check (state in ('VALIDATED', 'HELD', 'BANKED', 'REJECTED', 'REVOKED')),
       state_entered_at timestamptz not null,
       entered_by text not null,
       reviewed_by text,
       reviewed_at timestamptz,
       reason text,
       revoked_by text,
       version integer not null default 1,
       created_at timestamptz not null,
       constraint deposit_two_people check (reviewed_by <> entered_by),
       constraint deposit_reviewed check (state = 'VALIDATED' or reviewed_by is not null),
       constraint deposit_reasoned check (state not in ('REJECTED', 'REVOKED') or reason is not null),
       constraint deposit_banked_to_somebody check (state <> 'BANKED' or learner_id is not null),
       check ((learner_id is null) = (owner_subject is null)))`,
    // A rejected or revoked attempt makes room for a new one, which is a deposit of its own.
    `create unique index deposit_source_key on deposit (issuer_id, native_key, attempt)
       where state not in ('REJECTED', 'REVOKED')`,
    `create index deposit_learner on deposit (learner_id, state, id)`,
    `create index deposit_owner on deposit (owner_subject)`,
    `create index deposit_issuer_state on deposit (issuer_id, state, state_entered_at, id)`,
    `create index deposit_student on deposit (issuer_id, student_number)`,

    `create function guard_deposit() returns trigger language plpgsql as $$
     begin
       if ${row('old')} is distinct from ${row('new')}
         or (old.learner_id is not null and old.learner_id is distinct from new.learner_id)
         or (old.owner_subject is not null and old.owner_subject is distinct from new.owner_subject)
         or (old.reviewed_by is not null and old.reviewed_by is distinct from new.reviewed_by) then
         raise exception 'the content of a deposit never changes'
           using errcode = '23514', constraint = 'deposit_content_fixed';
       end if;
       if old.state in ('REJECTED', 'REVOKED') and new.state <> old.state then
         raise exception 'a rejected or revoked deposit stays what it is'
           using errcode = '23514', constraint = 'deposit_state_final';
       end if;
       return new;
     end $$`,
    `create trigger deposit_content_fixed before update on deposit for each row execute function guard_deposit()`,
    `create trigger deposit_never_deleted before delete on deposit for each row execute function refuse_delete()`,

    `alter table deposit enable row level security`,
    `alter table deposit force row level security`,
    // HELD belongs to the depositing school and to the bank itself (model.md section 3.3).
    `create policy deposit_read on deposit for select using (
       (select app_is_service()) or ${issuedHere}
       or (owner_subject = (select app_subject()) and state <> 'HELD'))`,
    `create policy deposit_enter on deposit for insert with check ((select app_is_service()) or ${issuedHere})`,
    `create policy deposit_review on deposit for update using ((select app_is_service()) or ${issuedHere})`,

    // The functions below act as the bank itself, for the length of the call only (see keep_attended): what they touch
    // may be invisible to the person who set them off. Each has one way out, past the line that gives the caller's kind
    // back. The lock puts entry, review and activation of one school record in one order; without it a deposit could be
    // held at the very moment in which its account becomes active, for ever.
    `create function lock_student_record(issuer text, number text) returns void language sql as $$
       select pg_advisory_xact_lock(hashtextextended(issuer || chr(31) || number, 7240)) $$`,
    `create function owner_of_student_record(issuer text, number text)
     returns table (learner_id text, owner_subject text, active boolean)
     language plpgsql as $$
     declare
       caller text := coalesce(current_setting('app.kind', true), '');
     begin
       perform set_config('app.kind', 'SERVICE', true);
       perform lock_student_record(issuer, number);
       return query
         select link.learner_id, link.owner_subject, exists (
           select 1 from account where account.learner_id = link.learner_id and account.state = 'ACTIVE')
         from student_record_link link
         where link.institution_id = issuer and link.student_number = number and link.confirmed_at is not null;
       perform set_config('app.kind', caller, true);
     end $$`,
    `create function release_deposits(wanted text, moment timestamptz) returns setof deposit
     language plpgsql as $$
     declare
       caller text := coalesce(current_setting('app.kind', true), '');
     begin
       perform set_config('app.kind', 'SERVICE', true);
       if exists (select 1 from account where learner_id = wanted and state = 'ACTIVE') then
         perform lock_student_record(place.institution_id, place.student_number) from (
           select institution_id, student_number from student_record_link where learner_id = wanted
           order by institution_id, student_number) place;
         update student_record_link link set confirmed_at = moment, version = link.version + 1
           where link.learner_id = wanted and link.confirmed_at is null and not exists (
             select 1 from student_record_link other
             where other.institution_id = link.institution_id and other.student_number = link.student_number
               and other.confirmed_at is not null);
         return query
           update deposit set
             learner_id = link.learner_id,
             owner_subject = link.owner_subject,
             state = 'BANKED',
             state_entered_at = moment,
             version = deposit.version + 1
           from student_record_link link
           where link.learner_id = wanted and link.confirmed_at is not null
             and deposit.issuer_id = link.institution_id and deposit.student_number = link.student_number
             and deposit.state = 'HELD'
           returning deposit.*;
       end if;
       perform set_config('app.kind', caller, true);
     end $$`,
    // Figures without people: fewer than ten learners are not counted, so that nobody is singled out.
    `create function deposit_figures(institutions jsonb)
     returns table (issuer_id text, credit_scheme text, deposits bigint, credits numeric, learners bigint)
     language plpgsql as $$
     declare
       caller text := coalesce(current_setting('app.kind', true), '');
     begin
       perform set_config('app.kind', 'SERVICE', true);
       return query
         select banked.issuer_id, banked.credit_scheme, count(*), sum(banked.credit_amount),
           case when count(distinct banked.learner_id) >= 10 then count(distinct banked.learner_id) end
         from deposit banked
         where banked.state = 'BANKED' and banked.issuer_id in (select jsonb_array_elements_text(institutions))
         group by grouping sets ((banked.issuer_id, banked.credit_scheme), (banked.issuer_id));
       perform set_config('app.kind', caller, true);
     end $$`,
  ],
};
