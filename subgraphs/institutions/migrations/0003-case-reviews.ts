import type { RoomMigration } from '../../kit/room/database/migration.js';

const office = `(select app_is_service() or app_has_role('SECRETARIAT'))`;
const impartialOffice = `((select app_is_service()) or ((select app_has_role('SECRETARIAT')) and applicant <> (select app_subject())))`;
const own = `subject = (select app_subject())`;
const nominating = `nominated_by = any ((select app_institutions('INSTITUTION_ADMIN'))::text[])`;

/** The pool of experts, their conflicts of interest, and what each says of a case. */
export const caseReviews: RoomMigration = {
  name: '0003_case_reviews',
  statements: [
    `create table expert (
       id text primary key,
       subject text not null,
       name text not null,
       institution_id text not null references institution,
       nominated_by text not null references institution,
       fields text[] not null,
       expertise text not null,
       state text not null check (state in ('NOMINATED', 'ACTIVE', 'RETIRED')),
       state_since timestamptz not null,
       active_from timestamptz,
       active_to timestamptz check (active_to >= active_from),
       grant_id text references role_grant,
       note text,
       version integer not null default 1,
       created_at timestamptz not null,
       constraint expert_active check (state <> 'ACTIVE' or (active_from is not null and active_to is null)))`,
    `create unique index expert_subject_key on expert (subject) where state <> 'RETIRED'`,
    `create index expert_name on expert (name, id)`,
    `create index expert_nominated_by on expert (nominated_by)`,

    // The institution may be an applicant that is not on the roster yet, so it is no foreign key.
    `create table expert_conflict (
       expert_id text not null references expert,
       institution_id text not null,
       valid_from date not null,
       valid_to date check (valid_to > valid_from),
       subject text not null,
       reason text not null,
       declared_by text not null,
       declared_at timestamptz not null,
       constraint expert_conflict_key primary key (expert_id, institution_id, valid_from))`,

    `create table case_review (
       id text primary key,
       case_id text not null references membership_case,
       case_no text not null,
       applicant text not null,
       expert_id text not null references expert,
       subject text not null,
       state text not null check (state in ('ASSIGNED', 'GIVEN', 'DECLINED', 'RELEASED', 'CONCLUDED')),
       state_since timestamptz not null,
       marks jsonb not null default '[]',
       vote text check (vote in ('PASS', 'FAIL')),
       opinion text,
       reason text,
       shared_with text[] not null default '{}',
       version integer not null default 1,
       created_at timestamptz not null,
       constraint case_review_given check (
         state not in ('GIVEN', 'CONCLUDED') or (vote is not null and opinion is not null)))`,
    `create unique index case_review_expert_key on case_review (case_id, expert_id)
       where state in ('ASSIGNED', 'GIVEN', 'CONCLUDED')`,
    `create index case_review_load on case_review (expert_id, state)`,
    `create index case_review_subject on case_review (subject)`,
    `create index case_review_shared on case_review using gin (shared_with)`,

    // Nobody judges an institution they belong to, were nominated by, or have declared themselves bound to (art. 16).
    `create function guard_case_review() returns trigger language plpgsql as $$
     begin
       if exists (
         select 1 from membership_case reviewed, expert who
         where reviewed.id = new.case_id and who.id = new.expert_id and (
           reviewed.institution_id in (who.institution_id, who.nominated_by)
           or reviewed.applicant = who.subject
           or exists (
             select 1 from expert_conflict declared
             where declared.expert_id = who.id and declared.institution_id = reviewed.institution_id
               and declared.valid_from <= (new.created_at at time zone 'Asia/Shanghai')::date
               and (declared.valid_to is null
                 or declared.valid_to > (new.created_at at time zone 'Asia/Shanghai')::date)))) then
         raise exception 'the expert has a conflict of interest'
           using errcode = '23514', constraint = 'case_review_conflict';
       end if;
       return new;
     end $$`,
    `create trigger case_review_guard before insert on case_review
       for each row execute function guard_case_review()`,
    `create trigger case_review_final before update on case_review for each row
       when (old.state in ('DECLINED', 'RELEASED', 'CONCLUDED')) execute function refuse_admission_change()`,
    ...['expert', 'case_review'].map(
      (table) =>
        `create trigger ${table}_kept before delete on ${table}
           for each row execute function refuse_admission_change()`,
    ),
    `create trigger expert_conflict_kept before update or delete on expert_conflict
       for each row execute function refuse_admission_change()`,

    // The result is what the votes say, whoever writes it: more than half of those who reviewed, in integers.
    `create function guard_review_result() returns trigger language plpgsql as $$
     declare
       passed integer;
       failed integer;
       pending integer;
     begin
       select count(*) filter (where state in ('GIVEN', 'CONCLUDED') and vote = 'PASS'),
         count(*) filter (where state in ('GIVEN', 'CONCLUDED') and vote = 'FAIL'),
         count(*) filter (where state = 'ASSIGNED')
         into passed, failed, pending from case_review where case_id = new.id;
       if pending > 0 or new.votes_pass is distinct from passed or new.votes_fail is distinct from failed
         or (new.state = 'REVIEW_PASSED') <> (passed * 2 > passed + failed) then
         raise exception 'the result is not what the votes say'
           using errcode = '23514', constraint = 'membership_case_votes';
       end if;
       return new;
     end $$`,
    `create trigger membership_case_result before update on membership_case for each row
       when (new.state <> old.state and new.state in ('REVIEW_PASSED', 'REVIEW_FAILED'))
       execute function guard_review_result()`,

    // The applicant may withdraw but sees nothing of the reviews, and an expert may leave a case but not change it: both
    // happen here as the service. The caller's kind is given back; an error takes it back with whatever it rolls back.
    `create function release_case_reviews(withdrawn_id text, at timestamptz)
     returns table (id text, case_no text, subject text, version integer) language plpgsql as $$
     declare
       caller text := coalesce(current_setting('app.kind', true), '');
     begin
       perform set_config('app.kind', 'SERVICE', true);
       return query
         update case_review released
         set state = 'RELEASED', state_since = at, version = released.version + 1
         where released.case_id = withdrawn_id and released.state in ('ASSIGNED', 'GIVEN')
           and exists (select 1 from membership_case of where of.id = withdrawn_id and of.state = 'WITHDRAWN')
         returning released.id, released.case_no, released.subject, released.version;
       perform set_config('app.kind', caller, true);
     end $$`,
    `create function leave_membership_case(left_id text) returns void language plpgsql as $$
     declare
       caller text := coalesce(current_setting('app.kind', true), '');
     begin
       perform set_config('app.kind', 'SERVICE', true);
       update membership_case set reviewers = array_remove(reviewers, app_subject())
         where id = left_id and app_subject() = any (reviewers);
       perform set_config('app.kind', caller, true);
     end $$`,

    ...['expert', 'expert_conflict', 'case_review'].flatMap((table) => [
      `alter table ${table} enable row level security`,
      `alter table ${table} force row level security`,
    ]),
    `create policy expert_read on expert for select using (${office} or ${own} or ${nominating})`,
    `create policy expert_nominate on expert for insert with check (${nominating} and state = 'NOMINATED')`,
    `create policy expert_change on expert for update using (${office})`,
    `create policy expert_conflict_read on expert_conflict for select using (${office} or ${own})`,
    `create policy expert_conflict_declare on expert_conflict for insert with check (${office} or ${own})`,
    `create policy case_review_read on case_review for select using (
       ${impartialOffice} or ${own} or (select app_subject()) = any (shared_with))`,
    `create policy case_review_assign on case_review for insert with check (${impartialOffice})`,
    `create policy case_review_change on case_review for update using (${impartialOffice} or ${own})`,
  ],
};
