/**
 * A room's outgoing events with one delivery per consumer that has not acknowledged yet, and what the room has
 * handled, or could not handle, of the events of others.
 */
export const outboxTables: readonly string[] = [
  `create table outbox_event (
    seq bigint generated always as identity primary key,
    id text not null unique,
    type text not null,
    aggregate_type text not null,
    aggregate_id text not null,
    version integer not null,
    payload jsonb not null,
    occurred_at timestamptz not null
  )`,
  `create index outbox_event_by_age on outbox_event (occurred_at)`,
  `create table outbox_delivery (
    consumer text not null,
    seq bigint not null references outbox_event (seq),
    primary key (consumer, seq)
  )`,
  `create index outbox_delivery_of_event on outbox_delivery (seq)`,
  `create table inbox_event (
    producer text not null,
    event_id text not null,
    handled_at timestamptz not null,
    primary key (producer, event_id)
  )`,
  `create index inbox_event_by_age on inbox_event (producer, handled_at)`,
  `create table inbox_failure (
    producer text not null,
    event_id text not null,
    seq bigint not null,
    aggregate_type text not null,
    aggregate_id text not null,
    event jsonb not null,
    state text not null check (state in ('RETRYING', 'WAITING', 'PARKED')),
    attempts integer not null,
    code text,
    next_attempt_at timestamptz not null,
    failed_at timestamptz not null,
    primary key (producer, event_id)
  )`,
  `create index inbox_failure_of_aggregate on inbox_failure (producer, aggregate_type, aggregate_id, seq)`,
];
