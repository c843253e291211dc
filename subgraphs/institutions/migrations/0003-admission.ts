import type { RoomMigration } from '../../kit/room/database/migration.js';

const office = `(select app_is_service() or app_has_role('SECRETARIAT'))`;
const council = `(select app_has_role('COUNCIL_MEMBER'))`;
const own = `applicant = (select app_subject())`;
const reviews = `(select app_subject()) = any (reviewers)`;
const decidedByCouncil = `state in ('REVIEW_PASSED', 'APPROVED', 'REFUSED', 'ACTIVATED')`;

/** Applications for membership with their steps, and the filings of admitted members with the council. */
export const admission: RoomMigration = {
  name: '0003_admission',
  statements: [
    // One row per legal year; its lock is what keeps two cases from one number.
    `create table membership_case_number (year integer primary key, last integer not null check (last > 0))`,
    `create table membership_case (
       id text primary key,
       case_no text not null constraint membership_case_no_key unique,
       applicant text not null,
       institution_id text not null,
       is_listed boolean not null,
       name text,
       kind text,
       credit_code text check (credit_code ~ '^[0-9A-HJ-NPQRTUWXY]{18}$'),
       province text,
       contact_name text,
       contact_phone text,
       contact_email text,
       letter_upload_id text,
       letter_file_name text,
       letter_sha256 text,
       charter_version text,
       charter_accepted_at timestamptz,
       charter_accepted_by text,
       truth_attested_at timestamptz,
       truth_attested_by text,
       previous_case_no text references membership_case (case_no),
       reviewers text[] not null default '{}',
       checklist_version text,
       checklist jsonb not null default '[]',
       supplement_items jsonb not null default '[]',
       supplement_answer text,
       votes_pass integer,
       votes_fail integer,
       conclusion text,
       motion_id text,
       motion_no text,
       approved_by text check (approved_by in ('STANDING_COUNCIL', 'REVIEW')),
       approved_at timestamptz,
       activated_at timestamptz,
       charter_in_force text,
       membership_id text references membership,
       state text not null,
       state_since timestamptz not null,
       due_on date,
       steps integer not null check (steps > 0),
       version integer not null default 1,
       created_at timestamptz not null,
       constraint membership_case_submitted check (state in ('DRAFT', 'WITHDRAWN') or (
         name is not null and kind is not null and contact_name is not null and letter_upload_id is not null
         and charter_accepted_at is not null and truth_attested_at is not null)),
       constraint membership_case_decided check (state not in ('REVIEW_PASSED', 'REVIEW_FAILED') or conclusion is not null),
       constraint membership_case_approved check (state not in ('APPROVED', 'ACTIVATED') or (
         approved_at is not null and (approved_by = 'REVIEW' or motion_id is not null))),
       constraint membership_case_activated check (state <> 'ACTIVATED' or (
         membership_id is not null and activated_at is not null and charter_in_force = charter_version)))`,
    // A draft binds nobody but its author: whoever drafts for an institution must not be able to lock it out.
    `create unique index membership_case_open_key on membership_case (institution_id)
       where state in ('SUBMITTED', 'UNDER_REVIEW', 'SUPPLEMENT_REQUESTED', 'REVIEW_PASSED', 'APPROVED')`,
    `create unique index membership_case_draft_key on membership_case (institution_id, applicant) where state = 'DRAFT'`,
    `create index membership_case_applicant on membership_case (applicant, id)`,
    `create index membership_case_reviewers on membership_case using gin (reviewers)`,
    `create index membership_case_state on membership_case (state, due_on, id)`,
    `create index membership_case_institution on membership_case (institution_id, created_at)`,

    `create table membership_case_step (
       case_id text not null references membership_case,
       place integer not null check (place > 0),
       action text not null,
       from_state text,
       to_state text not null,
       role text not null,
       subject text not null,
       remark text,
       taken_at timestamptz not null,
       primary key (case_id, place))`,

    // Where a case may go from where it is; whoever writes past the service is stopped here (model.md section 2).
    `create function guard_membership_case() returns trigger language plpgsql as $$
     begin
       if new.institution_id <> old.institution_id or new.applicant <> old.applicant or new.case_no <> old.case_no then
         raise exception 'whose case it is never changes'
           using errcode = '23514', constraint = 'membership_case_fixed';
       end if;
       if new.state <> old.state and (old.state || '>' || new.state) not in (
         'DRAFT>SUBMITTED', 'DRAFT>WITHDRAWN', 'SUBMITTED>UNDER_REVIEW', 'SUBMITTED>WITHDRAWN',
         'UNDER_REVIEW>SUPPLEMENT_REQUESTED', 'UNDER_REVIEW>WITHDRAWN', 'UNDER_REVIEW>REVIEW_PASSED',
         'UNDER_REVIEW>REVIEW_FAILED', 'SUPPLEMENT_REQUESTED>UNDER_REVIEW', 'SUPPLEMENT_REQUESTED>WITHDRAWN',
         'REVIEW_PASSED>APPROVED', 'REVIEW_PASSED>REFUSED', 'APPROVED>ACTIVATED') then
         raise exception 'a case never goes from % to %', old.state, new.state
           using errcode = '23514', constraint = 'membership_case_path';
       end if;
       if new.state <> old.state and new.state in ('REVIEW_PASSED', 'REVIEW_FAILED', 'APPROVED', 'REFUSED', 'ACTIVATED')
         and app_is_person() and not app_has_role('SECRETARIAT', 'COUNCIL_MEMBER') then
         raise exception 'an applicant decides nothing about their own case'
           using errcode = '23514', constraint = 'membership_case_decided_by_others';
       end if;
       return new;
     end $$`,
    `create trigger membership_case_guard before update on membership_case
       for each row execute function guard_membership_case()`,

    `create table council_filing (
       id text primary key,
       case_id text not null references membership_case constraint council_filing_case_key unique,
       institution_id text not null references institution,
       membership_id text not null references membership,
       member_code text not null,
       name text not null,
       approved_on date not null,
       admitted_on date not null check (admitted_on >= approved_on),
       state text not null check (state in ('PENDING', 'ACKNOWLEDGED')),
       state_since timestamptz not null,
       due_on date,
       meeting_id text,
       remark text,
       acknowledged_by text,
       version integer not null default 1,
       created_at timestamptz not null,
       constraint council_filing_acknowledged check (state = 'PENDING' or acknowledged_by is not null))`,
    `create index council_filing_state on council_filing (state, due_on, id)`,

    // What was said to be so stays: nothing of an admission is deleted, and an acknowledged filing is history.
    `create function refuse_admission_change() returns trigger language plpgsql as $$
     begin
       raise exception 'rows of % are kept as they are', tg_table_name
         using errcode = '23514', constraint = tg_table_name || '_kept';
     end $$`,
    `create trigger membership_case_kept before delete on membership_case
       for each row execute function refuse_admission_change()`,
    `create trigger membership_case_step_kept before update or delete on membership_case_step
       for each row execute function refuse_admission_change()`,
    `create trigger council_filing_kept before delete on council_filing
       for each row execute function refuse_admission_change()`,
    `create trigger council_filing_history before update on council_filing
       for each row when (old.state = 'ACKNOWLEDGED') execute function refuse_admission_change()`,

    `alter table membership_case_number enable row level security`,
    `create policy membership_case_number_all on membership_case_number
       using ((select app_is_service() or app_is_person()))`,
    ...['membership_case', 'membership_case_step', 'council_filing'].flatMap((table) => [
      `alter table ${table} enable row level security`,
      `alter table ${table} force row level security`,
    ]),
    `create policy membership_case_read on membership_case for select using (
       ${own} or ${office} or ${reviews} or (${council} and ${decidedByCouncil}))`,
    `create policy membership_case_open on membership_case for insert
       with check (${own} and (select app_is_person()) and state = 'DRAFT')`,
    `create policy membership_case_change on membership_case for update using (
       ${own} or ${office} or (${council} and ${decidedByCouncil}))`,
    `create policy membership_case_step_read on membership_case_step for select using (
       exists (select 1 from membership_case of where of.id = case_id))`,
    `create policy membership_case_step_write on membership_case_step for insert with check (
       (${office} or subject = (select app_subject()))
       and exists (select 1 from membership_case of where of.id = case_id))`,
    `create policy council_filing_read on council_filing for select using (${office} or ${council})`,
    `create policy council_filing_write on council_filing for insert with check (${office})`,
    `create policy council_filing_change on council_filing for update using (${office} or ${council})`,
    // An institution that is on no list of the Ministry comes onto the roster by being admitted.
    `create policy institution_admit on institution for insert
       with check ((select app_has_role('SECRETARIAT')) and moe_code is null)`,
  ],
};
