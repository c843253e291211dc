import type { RoomMigration } from '../../kit/room/database/migration.js';
import { callers, onlyGrows, wallAround } from './secretariat-walls.js';

const { secretariat: bySecretariat, overseer, body, memberOfficial, officialOf, adminOf, oneself } = callers;
const partner = `partner_ids && (select app_institutions('INSTITUTION_ADMIN', 'REGISTRAR'))::text[]`;

/** What members ask of the secretariat: activities in the alliance's name, research projects, technical guidance. */
export const secretariat: RoomMigration = {
  name: '0007_secretariat',
  statements: [
    `create function refuse_secretariat_change() returns trigger language plpgsql as $$
     begin
       raise exception 'rows of % are never changed or deleted', tg_table_name
         using errcode = '23514', constraint = 'secretariat_row_fixed';
     end $$`,

    `create table activity_request (
       id text primary key,
       institution_id text not null references institution,
       title text not null,
       purpose text not null,
       starts_on date not null,
       ends_on date not null,
       partner_ids text[] not null,
       other_partners text[] not null,
       with_nou boolean not null,
       budget numeric(14, 2) not null check (budget >= 0),
       materials jsonb not null,
       state text not null check (state in
         ('DRAFT', 'SUBMITTED', 'APPROVED', 'REFUSED', 'HELD', 'WITHDRAWN', 'LAPSED')),
       state_since timestamptz not null,
       reason text,
       motion_id text constraint activity_request_motion_key unique,
       motion_no text,
       decided_at timestamptz,
       held_on date,
       report text,
       report_files jsonb,
       created_by text not null,
       version integer not null default 1,
       created_at timestamptz not null,
       constraint activity_request_interval check (ends_on > starts_on),
       constraint activity_request_decided check (
         state not in ('APPROVED', 'REFUSED', 'HELD') or (motion_id is not null and decided_at is not null)),
       constraint activity_request_held check (
         (state = 'HELD') = (held_on is not null) and (held_on is null) = (report is null)
         and (held_on is null or (held_on >= starts_on and held_on < ends_on))))`,
    `create index activity_request_institution on activity_request (institution_id, created_at)`,
    `create index activity_request_queue on activity_request (with_nou desc, state_since, id)`,
    // Prior approval (charter art. 12(1)): what was asked cannot change after it was handed in, and no member decides.
    `create function guard_activity_request() returns trigger language plpgsql as $$
     begin
       if old.institution_id <> new.institution_id or (old.state <> 'DRAFT' and
         (old.title, old.purpose, old.starts_on, old.ends_on, old.partner_ids, old.other_partners, old.with_nou,
          old.budget, old.materials) is distinct from
         (new.title, new.purpose, new.starts_on, new.ends_on, new.partner_ids, new.other_partners, new.with_nou,
          new.budget, new.materials)) then
         raise exception 'what was handed in does not change'
           using errcode = '23514', constraint = 'activity_request_content_fixed';
       end if;
       if (old.motion_id, old.decided_at) is distinct from (new.motion_id, new.decided_at)
         and not (old.state = 'SUBMITTED' and new.state in ('APPROVED', 'REFUSED') and ${body}) then
         raise exception 'only a body decides'
           using errcode = '23514', constraint = 'activity_request_decided_by_body';
       end if;
       if old.state in ('REFUSED', 'HELD', 'WITHDRAWN', 'LAPSED') and new.state <> old.state
         or new.state = 'HELD' and old.state not in ('APPROVED', 'HELD') then
         raise exception 'not a step of an activity request'
           using errcode = '23514', constraint = 'activity_request_step';
       end if;
       return new;
     end $$`,
    `create trigger activity_request_guard before update on activity_request
       for each row execute function guard_activity_request()`,
    ...wallAround('activity_request', {
      read: `${overseer} or ${officialOf('institution_id')}`,
      make: `(select app_is_service()) or ${adminOf('institution_id')}`,
      change: `${body} or ${adminOf('institution_id')}`,
    }),

    `create table research_project (
       id text primary key,
       title text not null,
       topic text not null,
       summary text not null,
       lead_institution_id text not null references institution,
       partner_ids text[] not null,
       other_partners text[] not null,
       starts_on date not null,
       ends_on date not null,
       funding numeric(14, 2) not null check (funding >= 0),
       funding_source text,
       output_count integer not null default 0,
       state text not null check (state in ('PROPOSED', 'APPROVED', 'RUNNING', 'COMPLETED', 'STOPPED')),
       state_since timestamptz not null,
       reason text,
       proposed_by text not null,
       approved_by text,
       version integer not null default 1,
       created_at timestamptz not null,
       constraint research_project_interval check (ends_on > starts_on),
       constraint research_project_lead_is_partner check (lead_institution_id = any (partner_ids)),
       constraint research_project_approved check (state not in ('APPROVED', 'RUNNING', 'COMPLETED')
         or approved_by is not null),
       constraint research_project_two_people check (approved_by <> proposed_by))`,
    // The registry is kept by the secretariat: no leading member enters its own project, nor in another's name.
    `create function guard_research_project() returns trigger language plpgsql as $$
     begin
       if new.proposed_by <> old.proposed_by or new.lead_institution_id <> old.lead_institution_id
         or new.approved_by is distinct from old.approved_by and not (old.state = 'PROPOSED'
           and ${bySecretariat} and new.approved_by is not distinct from app_subject()) then
         raise exception 'a project is entered by the secretariat'
           using errcode = '23514', constraint = 'research_project_entered';
       end if;
       if old.state in ('COMPLETED', 'STOPPED') and new.state <> old.state then
         raise exception 'not a step of a research project'
           using errcode = '23514', constraint = 'research_project_step';
       end if;
       return new;
     end $$`,
    `create trigger research_project_guard before update on research_project
       for each row execute function guard_research_project()`,
    `create index research_project_partners on research_project using gin (partner_ids)`,
    `create table research_output (
       id text primary key,
       project_id text not null references research_project,
       title text not null,
       link text,
       published_on date,
       added_by text not null,
       created_at timestamptz not null)`,
    `create index research_output_project on research_output (project_id, created_at)`,
    onlyGrows('research_output'),
    ...wallAround('research_project', {
      read: `${overseer} or ${partner} or (state <> 'PROPOSED' and ${memberOfficial})`,
      make: `${adminOf('lead_institution_id')} and ${oneself('proposed_by')}`,
      change: `${body} or ${adminOf('lead_institution_id')}`,
    }),
    ...wallAround('research_output', {
      read: `exists (select 1 from research_project project where project.id = project_id)`,
      make: `(select app_is_service()) or exists (select 1 from research_project project
        where project.id = project_id and (${adminOf('project.lead_institution_id')}))`,
    }),

    `create table service_request (
       id text primary key,
       institution_id text not null references institution,
       category text not null,
       priority text not null check (priority in ('NORMAL', 'URGENT')),
       title text not null,
       question text not null,
       answer text,
       answered_at timestamptz,
       assigned_to text,
       satisfaction integer constraint service_request_satisfaction check (satisfaction between 1 and 5),
       comment_count integer not null default 0,
       state text not null check (state in ('OPEN', 'ASSIGNED', 'ANSWERED', 'CLOSED', 'REOPENED')),
       state_since timestamptz not null,
       due_at timestamptz not null,
       asked_by text not null,
       version integer not null default 1,
       created_at timestamptz not null,
       constraint service_request_assigned check (state <> 'ASSIGNED' or assigned_to is not null),
       constraint service_request_answered check (
         state not in ('ANSWERED', 'CLOSED') or (answer is not null and answered_at is not null)))`,
    `create index service_request_institution on service_request (institution_id, created_at)`,
    `create index service_request_queue on service_request (due_at, id)`,
    `create table service_comment (
       id text primary key,
       request_id text not null references service_request,
       by_secretariat boolean not null,
       author text not null,
       text text not null,
       created_at timestamptz not null)`,
    `create index service_comment_request on service_comment (request_id, created_at, id)`,
    onlyGrows('service_comment'),
    ...wallAround('service_request', {
      read: `${overseer} or ${officialOf('institution_id')}`,
      make: `(select app_is_service()) or ${officialOf('institution_id')}`,
      change: `${bySecretariat} or ${officialOf('institution_id')}`,
    }),
    ...wallAround('service_comment', {
      read: `exists (select 1 from service_request request where request.id = request_id)`,
      make: `${bySecretariat} or (not by_secretariat and exists (
        select 1 from service_request request
        where request.id = request_id and ${officialOf('request.institution_id')}))`,
    }),
  ],
};
