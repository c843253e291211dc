import type { RoomMigration } from '../../kit/room/database/migration.js';
import { callers, onlyGrows, wallAround } from './secretariat-walls.js';

const { secretariat, overseer, body, memberOfficial, oneself } = callers;
const approver = `(select app_subject()) = any (approvers) and ${body}`;

/** The secretariat's documents with their approvals, and the members' contribution scores. */
export const documentsAndScores: RoomMigration = {
  name: '0007b_documents_and_scores',
  statements: [
    `create table secretariat_document (
       id text primary key,
       kind text not null,
       title text not null,
       audience text not null check (audience in ('MEMBERS', 'COUNCIL', 'PUBLIC')),
       effective_on date,
       current_version integer not null check (current_version >= 1),
       made_by text not null,
       approvers text[] not null,
       approval_count integer not null default 0,
       state text not null check (state in ('DRAFT', 'IN_REVIEW', 'APPROVED', 'PUBLISHED', 'ARCHIVED')),
       state_since timestamptz not null,
       note text,
       version integer not null default 1,
       created_at timestamptz not null,
       constraint document_approver_other check (made_by <> all (approvers)),
       constraint document_reviewed check (
         state not in ('IN_REVIEW', 'APPROVED', 'PUBLISHED') or cardinality(approvers) > 0))`,
    `create index secretariat_document_newest on secretariat_document (created_at, id)`,
    `create table document_version (
       id text primary key,
       document_id text not null references secretariat_document,
       version_no integer not null,
       file jsonb not null,
       note text,
       made_by text not null,
       created_at timestamptz not null,
       constraint document_version_key unique (document_id, version_no))`,
    `create table document_approval (
       id text primary key,
       document_id text not null,
       version_no integer not null,
       given_by text not null,
       given_at timestamptz not null,
       constraint document_approval_key unique (document_id, version_no, given_by),
       foreign key (document_id, version_no) references document_version (document_id, version_no))`,
    onlyGrows('document_version'),
    onlyGrows('document_approval'),
    // The database's own look at "approved by all who were named": with the caller's own rights, since who may approve
    // may see every approval of the document.
    `create function guard_document() returns trigger language plpgsql as $$
     begin
       if new.state = 'APPROVED' and old.state <> 'APPROVED' and exists (
         select 1 from unnest(new.approvers) as named (subject)
         where not exists (
           select 1 from document_approval given
           where given.document_id = new.id and given.version_no = new.current_version
             and given.given_by = named.subject)) then
         raise exception 'not every named approver has approved'
           using errcode = '23514', constraint = 'document_approved_by_all';
       end if;
       if new.state = 'PUBLISHED' and old.state not in ('APPROVED', 'PUBLISHED')
         or old.state <> 'DRAFT' and (old.current_version, old.made_by) is distinct from
           (new.current_version, new.made_by) then
         raise exception 'what is under review or approved does not change'
           using errcode = '23514', constraint = 'document_content_fixed';
       end if;
       if new.made_by <> old.made_by and new.made_by is distinct from app_subject() then
         raise exception 'a version is made in one''s own name'
           using errcode = '23514', constraint = 'document_content_fixed';
       end if;
       return new;
     end $$`,
    `create trigger document_guard before update on secretariat_document
       for each row execute function guard_document()`,
    ...wallAround('secretariat_document', {
      read: `${secretariat} or (${approver})
        or (state = 'PUBLISHED' and (audience = 'PUBLIC' or ${overseer}
          or (audience = 'MEMBERS' and ${memberOfficial})))`,
      make: `${secretariat} and ${oneself('made_by')}`,
      change: `${secretariat} or (${approver})`,
    }),
    ...wallAround('document_version', {
      read: `exists (select 1 from secretariat_document document where document.id = document_id)`,
      make: `${secretariat} and ${oneself('made_by')}`,
    }),
    ...wallAround('document_approval', {
      read: `exists (select 1 from secretariat_document document where document.id = document_id)`,
      make: `${oneself('given_by')} and exists (
        select 1 from secretariat_document document
        where document.id = document_id and given_by = any (document.approvers))`,
    }),

    `create table contribution_scheme (
       id text primary key,
       effective_from date not null constraint contribution_scheme_date_key unique,
       weights jsonb not null,
       published_by text not null,
       created_at timestamptz not null)`,
    onlyGrows('contribution_scheme'),
    `create table contribution_entry (
       id text primary key,
       institution_id text not null references institution,
       period integer not null check (period between 2000 and 2999),
       component text not null,
       quantity numeric(14, 2) not null check (quantity <> 0),
       evidence text not null,
       files jsonb not null,
       recorded_by text not null,
       created_at timestamptz not null)`,
    `create index contribution_entry_period on contribution_entry (period, institution_id)`,
    onlyGrows('contribution_entry'),
    `create table contribution_score (
       id text primary key,
       institution_id text not null references institution,
       period integer not null,
       scheme_id text not null references contribution_scheme,
       components jsonb not null,
       points numeric(18, 4) not null,
       computed_at timestamptz not null,
       published_at timestamptz,
       version integer not null default 1,
       constraint contribution_score_key unique (institution_id, period))`,
    `create index contribution_score_ranking on contribution_score (period, points desc, id)`,
    // A published year is frozen: neither its scores nor what they were computed from may grow.
    `create function refuse_if_published() returns trigger language plpgsql as $$
     begin
       if exists (select 1 from contribution_score score
         where score.period = new.period and score.published_at is not null) then
         raise exception 'the scores of % are published', new.period
           using errcode = '23514', constraint = 'contributions_frozen';
       end if;
       return new;
     end $$`,
    `create trigger contribution_entry_frozen before insert on contribution_entry
       for each row execute function refuse_if_published()`,
    `create trigger contribution_score_complete before insert on contribution_score
       for each row execute function refuse_if_published()`,
    `create function guard_contribution_score() returns trigger language plpgsql as $$
     begin
       if old.published_at is not null or (old.institution_id, old.period) is distinct from
         (new.institution_id, new.period) then
         raise exception 'a published score does not change'
           using errcode = '23514', constraint = 'contributions_frozen';
       end if;
       return new;
     end $$`,
    `create trigger contribution_score_frozen before update on contribution_score
       for each row execute function guard_contribution_score()`,
    ...wallAround('contribution_scheme', {
      read: `${overseer} or ${memberOfficial}`,
      make: secretariat,
    }),
    ...wallAround('contribution_entry', {
      read: `${overseer} or ${callers.officialOf('institution_id')}`,
      make: secretariat,
    }),
    ...wallAround('contribution_score', {
      read: `${overseer} or (published_at is not null and ${memberOfficial})`,
      make: `(select app_is_service())`,
      change: secretariat,
    }),
  ],
};
