import type { RoomMigration } from '../../kit/room/database/migration.js';
import { grantGuards } from './grant-guards.js';

const secretariat = `(select app_is_service() or app_has_role('SECRETARIAT'))`;
const administered = `institution_id = any ((select app_institutions('INSTITUTION_ADMIN'))::text[])`;
const delegatedByMe = `(delegated_from is not null and given_by = (select app_subject()))`;

/** Service points; delegation, periodic review and history of grants. */
export const grants: RoomMigration = {
  name: '0008_grants',
  statements: [
    `create table service_point (
       id text primary key,
       point_code text not null constraint service_point_code_key unique
         check (point_code ~ '^[A-Z0-9][A-Z0-9-]{1,19}$'),
       kind text not null check (kind in ('BRANCH', 'HEI_POINT', 'MANAGEMENT_CENTRE')),
       name text not null,
       name_en text,
       host_institution_id text not null references institution,
       region_code text not null check (region_code ~ '^[1-9][0-9]{5}$'),
       address text not null,
       opening_hours_zh text,
       opening_hours_en text,
       latitude numeric(9, 6) check (latitude between -90 and 90),
       longitude numeric(9, 6) check (longitude between -180 and 180),
       valid_from timestamptz not null,
       valid_to timestamptz check (valid_to >= valid_from),
       closed_by text,
       close_reason text,
       version integer not null default 1,
       created_at timestamptz not null,
       check (valid_to is null or (closed_by is not null and close_reason is not null)),
       check ((latitude is null) = (longitude is null)))`,
    `create index service_point_region on service_point (region_code text_pattern_ops, id)`,
    `create index service_point_host on service_point (host_institution_id)`,
    `alter table service_point enable row level security`,
    `create policy service_point_read on service_point for select using (true)`,
    ...['insert', 'update'].map(
      (command) =>
        `create policy service_point_${command} on service_point for ${command} ${
          command === 'insert' ? 'with check' : 'using'
        } (${secretariat}
           or host_institution_id = any ((select app_institutions('INSTITUTION_ADMIN'))::text[]))`,
    ),

    `alter table role_grant
       add column service_point_id text references service_point,
       add column delegated_from text references role_grant,
       add column delegation_depth smallint not null default 0,
       add column delegable boolean not null default false,
       add column purpose text,
       add column review_due_at timestamptz,
       add column ended_at timestamptz,
       add column end_reason text,
       add column changed_in xid8`,
    `update role_grant set review_due_at = valid_from + interval '365 days', changed_in = pg_current_xact_id()`,
    `alter table role_grant
       alter column review_due_at set not null,
       alter column changed_in set not null,
       add constraint role_grant_point check (service_point_id is null or role = 'SERVICE_POINT_CLERK'),
       add constraint role_grant_depth check (delegation_depth between 0 and 2
         and (delegation_depth = 0) = (delegated_from is null)),
       add constraint role_grant_delegable check (not delegable or delegation_depth = 1),
       add constraint role_grant_purpose check (delegated_from is null or purpose is not null),
       add constraint role_grant_delegated_role check (delegated_from is null
         or role in ('TEACHER', 'REGISTRAR', 'SERVICE_POINT_CLERK', 'INSTITUTION_ADMIN'))`,
    `create index role_grant_parent on role_grant (delegated_from) where delegated_from is not null`,
    `create index role_grant_service_point on role_grant (service_point_id) where service_point_id is not null`,
    `create index role_grant_changed on role_grant (changed_in)`,
    `create index role_grant_review_due on role_grant (review_due_at, id)`,

    `create table grant_step (
       id integer generated always as identity primary key,
       grant_id text not null references role_grant,
       subject text not null,
       institution_id text,
       kind text not null check (kind in ('GIVEN', 'DELEGATED', 'KEPT', 'ENDED')),
       at timestamptz not null,
       by text not null,
       reason text)`,
    `create index grant_step_of_grant on grant_step (grant_id, id)`,
    `insert into grant_step (grant_id, subject, institution_id, kind, at, by)
     select id, subject, institution_id, 'GIVEN', created_at, given_by from role_grant order by created_at, id`,
    `insert into grant_step (grant_id, subject, institution_id, kind, at, by)
     select id, subject, institution_id, 'ENDED', valid_to, revoked_by from role_grant
     where revoked_by is not null order by valid_to, id`,

    `create table grant_review (
       id text primary key,
       grant_id text not null references role_grant,
       role text not null,
       institution_id text references institution,
       state text not null check (state in ('OPEN', 'KEPT', 'ENDED', 'LAPSED')),
       state_since timestamptz not null,
       decided_by text,
       reason text,
       version integer not null default 1,
       created_at timestamptz not null,
       constraint grant_review_decided
         check (state not in ('KEPT', 'ENDED') or (decided_by is not null and reason is not null)))`,
    `create unique index grant_review_open_key on grant_review (grant_id) where state = 'OPEN'`,

    ...grantGuards,

    `create policy role_grant_given_read on role_grant for select using (${delegatedByMe})`,
    `create policy role_grant_delegate on role_grant for insert with check (${delegatedByMe})`,
    // Holders lock the grant that they delegate, which needs the update policy, and change only what they delegated.
    `create policy role_grant_delegated_change on role_grant for update
       using (subject = (select app_subject()) or ${delegatedByMe}) with check (${delegatedByMe})`,
    `alter table role_grant force row level security`,
    `alter table grant_step enable row level security`,
    `alter table grant_step force row level security`,
    `create policy grant_step_read on grant_step for select using (
       ${secretariat} or subject = (select app_subject()) or ${administered})`,
    `create policy grant_step_write on grant_step for insert with check (${secretariat} or ${administered})`,
    `alter table grant_review enable row level security`,
    `alter table grant_review force row level security`,
    ...['select', 'insert', 'update'].map(
      (command) =>
        `create policy grant_review_${command} on grant_review for ${command} ${
          command === 'insert' ? 'with check' : 'using'
        } (${secretariat} or ${administered})`,
    ),
  ],
};
