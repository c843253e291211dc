import type { RoomMigration } from '../../kit/room/database/migration.js';
import { callers } from './secretariat-walls.js';

const { secretariat, officialOf, adminOf, oneself } = callers;
const service = `(select app_is_service())`;

/** What may be written in a table, beside whose name is signed under it. */
const signed: Readonly<Record<string, string>> = {
  activity_request: `${service} or (${adminOf('institution_id')} and ${oneself('created_by')})`,
  service_request: `${service} or (${officialOf('institution_id')} and ${oneself('asked_by')})`,
  service_comment: `${oneself('author')} and (${secretariat} or (not by_secretariat and exists (
    select 1 from service_request request
    where request.id = request_id and ${officialOf('request.institution_id')})))`,
  research_output: `${oneself('added_by')} and (${service} or exists (
    select 1 from research_project project
    where project.id = project_id and (${adminOf('project.lead_institution_id')})))`,
  contribution_scheme: `${secretariat} and ${oneself('published_by')}`,
  contribution_entry: `${secretariat} and ${oneself('recorded_by')}`,
  fee_schedule: `${secretariat} and ${oneself('proposed_by')}`,
};

/** What no statement does that comes past the room: sign for another, answer for the secretariat, change what is agreed. */
export const secretariatGuards: RoomMigration = {
  name: '0007d_secretariat_guards',
  statements: [
    ...Object.entries(signed).map(
      ([table, check]) => `alter policy ${table}_make on ${table} with check (${check})`,
    ),

    // The member asks and grades, the secretariat answers (charter art. 11(3)).
    `create function guard_service_request() returns trigger language plpgsql as $$
     begin
       if (old.institution_id, old.category, old.priority, old.title, old.question, old.asked_by, old.created_at)
         is distinct from
         (new.institution_id, new.category, new.priority, new.title, new.question, new.asked_by, new.created_at) then
         raise exception 'what was asked does not change'
           using errcode = '23514', constraint = 'service_request_question_fixed';
       end if;
       if not ${secretariat} and ((old.answer, old.answered_at, old.assigned_to) is distinct from
           (new.answer, new.answered_at, new.assigned_to)
         or new.state <> old.state and new.state in ('ASSIGNED', 'ANSWERED')) then
         raise exception 'the secretariat answers'
           using errcode = '23514', constraint = 'service_request_answered_by_secretariat';
       end if;
       if new.satisfaction is distinct from old.satisfaction and not (${officialOf('new.institution_id')}) then
         raise exception 'the member grades'
           using errcode = '23514', constraint = 'service_request_graded_by_member';
       end if;
       return new;
     end $$`,
    `create trigger service_request_guard before update on service_request
       for each row execute function guard_service_request()`,

    // What was proposed is what is entered and run: a project has no step that changes its content.
    `create function guard_research_content() returns trigger language plpgsql as $$
     begin
       if (old.title, old.topic, old.summary, old.partner_ids, old.other_partners, old.starts_on, old.ends_on,
           old.funding, old.funding_source) is distinct from
         (new.title, new.topic, new.summary, new.partner_ids, new.other_partners, new.starts_on, new.ends_on,
           new.funding, new.funding_source) then
         raise exception 'what was proposed does not change'
           using errcode = '23514', constraint = 'research_project_content_fixed';
       end if;
       return new;
     end $$`,
    `create trigger research_project_content before update on research_project
       for each row execute function guard_research_content()`,

    // Approvers may write in the row, but neither its audience nor who else approves is theirs to change.
    `create function guard_document_audience() returns trigger language plpgsql as $$
     begin
       if (old.kind, old.title, old.audience) is distinct from (new.kind, new.title, new.audience)
         or old.state <> 'DRAFT' and (old.effective_on, old.approvers) is distinct from
           (new.effective_on, new.approvers) then
         raise exception 'what is under review or approved does not change'
           using errcode = '23514', constraint = 'document_content_fixed';
       end if;
       return new;
     end $$`,
    `create trigger document_audience before update on secretariat_document
       for each row execute function guard_document_audience()`,

    // A booked fee is taken back where it was paid, by a refund; its invoice and the funds would part otherwise.
    `create function guard_fund_correction() returns trigger language plpgsql as $$
     begin
       if exists (select 1 from fund_entry wrong where wrong.id = new.corrects_id
         and wrong.invoice_entry_id is not null) then
         raise exception 'a booked fee is taken back by a refund'
           using errcode = '23514', constraint = 'entry_fixed';
       end if;
       return new;
     end $$`,
    `create trigger fund_entry_correction before insert on fund_entry
       for each row when (new.corrects_id is not null) execute function guard_fund_correction()`,

    // An invoice asks for what the council adopted, and nothing was paid of it when it began (charter art. 22). Looked at
    // once for all that one statement issues, for there are thousands.
    `create function guard_issued_invoices() returns trigger language plpgsql as $$
     begin
       if exists (select 1 from issued where issued.paid <> 0 or issued.waived <> 0 or not exists (
         select 1 from fee_schedule schedule
         cross join lateral jsonb_array_elements(schedule.amounts) as fee
         join institution member on member.id = issued.institution_id and member.kind = fee ->> 'memberKind'
         where schedule.id = issued.fee_schedule_id and schedule.state = 'ADOPTED'
           and schedule.in_force_from <= make_date(issued.year, 1, 1)
           and (fee ->> 'amount')::numeric = issued.amount)) then
         raise exception 'an invoice asks for the fee that was adopted'
           using errcode = '23514', constraint = 'invoice_of_schedule';
       end if;
       return null;
     end $$`,
    `create trigger invoice_of_schedule after insert on invoice referencing new table as issued
       for each statement execute function guard_issued_invoices()`,
  ],
};
