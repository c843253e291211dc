/** Long work of a room and what was wrong with single rows of its input. */
export const jobTables: readonly string[] = [
  `create table job (
    id text primary key,
    kind text not null,
    state text not null default 'QUEUED'
      check (state in ('QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED')),
    input jsonb not null,
    done integer not null default 0,
    total integer,
    checkpoint jsonb,
    result jsonb,
    error_code text,
    error_params jsonb,
    requested_by text not null,
    institution_id text,
    created_at timestamptz not null default now(),
    started_at timestamptz,
    finished_at timestamptz,
    lease_until timestamptz,
    attempts integer not null default 0,
    takeovers integer not null default 0
  )`,
  `create index job_open on job (created_at, id) where state in ('QUEUED', 'RUNNING')`,
  `create index job_of_requester on job (requested_by, created_at)`,
  `create table job_row_error (
    job_id text not null references job (id) on delete cascade,
    row integer not null,
    field text not null,
    code text not null,
    parameters jsonb not null,
    content jsonb,
    primary key (job_id, row, field)
  )`,
];
