import type { RoomMigration } from '../../kit/room/database/migration.js';

const seesAll = `(select app_is_service() or app_has_role('EXPERT', 'SECRETARIAT', 'SUPERVISOR'))`;
const actsForIssuer = `issuer_id = any ((select app_institutions('REGISTRAR', 'INSTITUTION_ADMIN'))::text[])`;

/** The catalog of learning outcomes. */
export const outcomes: RoomMigration = {
  name: '0002_outcomes',
  statements: [
    `create table learning_outcome (
       id text primary key,
       outcome_code text not null,
       edition integer not null check (edition > 0),
       title text not null,
       description text,
       kind text not null,
       level integer check (level between 1 and 10),
       issuer_id text not null,
       course_id text references course,
       state text not null,
       state_since timestamptz not null,
       recognised_from date,
       valid_until date,
       note text,
       supplement text,
       appeals integer not null check (appeals between 0 and 1),
       proposed_by text not null,
       assigned_expert text,
       decided_by text,
       rejected_by text,
       version integer not null default 1,
       created_at timestamptz not null,
       constraint learning_outcome_code_key unique (outcome_code, edition),
       constraint learning_outcome_two_people check (decided_by <> proposed_by),
       constraint learning_outcome_recognised check (state <> 'CERTIFIED' or recognised_from is not null),
       constraint learning_outcome_interval check (valid_until > recognised_from))`,
    // One edition of a code is under way at a time.
    `create unique index learning_outcome_open_key on learning_outcome (outcome_code)
       where state in ('PROPOSED', 'FORMAL_CHECK', 'SUPPLEMENT_REQUESTED', 'EXPERT_REVIEW', 'APPEALED')`,
    `create index learning_outcome_issuer on learning_outcome (issuer_id, outcome_code, edition)`,
    `create index learning_outcome_course on learning_outcome (course_id)`,
    `create index learning_outcome_state on learning_outcome (state, state_since)`,

    `alter table learning_outcome enable row level security`,
    `alter table learning_outcome force row level security`,
    `create policy learning_outcome_read on learning_outcome for select using (
       state in ('CERTIFIED', 'SUSPENDED', 'EXPIRED') or ${seesAll} or ${actsForIssuer})`,
    `create policy learning_outcome_write on learning_outcome for insert with check (${actsForIssuer})`,
    `create policy learning_outcome_change on learning_outcome for update using (
       (select app_is_service() or app_has_role('EXPERT', 'SECRETARIAT')) or ${actsForIssuer})`,
  ],
};
