/** The answers already given, by who asked for what with which key. */
export const idempotencyTables: readonly string[] = [
  `create table idempotency_key (
    subject text not null,
    operation text not null,
    key text not null,
    input_hash text not null,
    response jsonb,
    created_at timestamptz not null default now(),
    primary key (subject, operation, key)
  )`,
  `create index idempotency_key_by_age on idempotency_key (created_at)`,
];
