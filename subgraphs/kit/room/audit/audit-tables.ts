/**
 * The trail of a room and the seals over it. Neither can be changed: triggers refuse it to the owner too, also
 * under `session_replication_role = replica`. Whoever drops the triggers is found out by the seals.
 * `xact` is stamped by a trigger, because a row that chose its own could slip in below a sealed range.
 */
export const auditTables: readonly string[] = [
  `create table audit_event (
    id text collate "C" primary key,
    at timestamptz not null,
    actor text not null,
    roles text[] not null,
    grant_id text,
    purpose text,
    action text not null,
    subject_type text not null,
    subject_id text,
    learner_id text,
    outcome text not null check (outcome in ('ALLOWED', 'DENIED')),
    before_hash text,
    after_hash text,
    request_id text not null,
    detail jsonb not null default '{}',
    xact xid8 not null default pg_current_xact_id()
  )`,
  `create index audit_event_in_seal_order on audit_event (xact, id)`,
  `create index audit_event_of_learner on audit_event (learner_id, at) where learner_id is not null`,
  `create index audit_event_of_actor on audit_event (actor, at)`,
  `create table audit_seal (
    seq bigint primary key,
    room text not null,
    from_xact xid8 not null,
    to_xact xid8 not null,
    rows integer not null check (rows > 0),
    prev_hash text not null unique,
    hash text not null,
    row_digests text not null,
    key_id text not null,
    signature text not null,
    sealed_at timestamptz not null
  )`,
  `create function refuse_audit_change() returns trigger language plpgsql as $$
  begin
    raise exception '% is append-only: % is refused', tg_table_name, tg_op using errcode = 'insufficient_privilege';
  end $$`,
  `create function stamp_audit_event() returns trigger language plpgsql as $$
  begin
    new.xact := pg_current_xact_id();
    return new;
  end $$`,
  `create trigger audit_event_stamp before insert on audit_event
    for each row execute function stamp_audit_event()`,
  `create trigger audit_event_append_only before update or delete or truncate on audit_event
    for each statement execute function refuse_audit_change()`,
  `create trigger audit_seal_append_only before update or delete or truncate on audit_seal
    for each statement execute function refuse_audit_change()`,
  `alter table audit_event enable always trigger audit_event_stamp`,
  `alter table audit_event enable always trigger audit_event_append_only`,
  `alter table audit_seal enable always trigger audit_seal_append_only`,
];

/** The tables on which the app role gets SELECT and INSERT only. */
export const auditAppendOnly: readonly string[] = ['audit_event', 'audit_seal'];
