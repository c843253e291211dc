import type { Sql } from '../database/sql.js';
import type { OutboxEvent } from './outbox-event.js';

/** An event that this room could not handle yet, or that waits behind one of the same aggregate. */
export interface InboxFailure {
  readonly producer: string;
  readonly event: OutboxEvent;
  /** `RETRYING`: failed, comes again; `WAITING`: behind a failed one; `PARKED`: given up until somebody releases it. */
  readonly state: 'RETRYING' | 'WAITING' | 'PARKED';
  readonly attempts: number;
  /** The code of the last failure. */
  readonly code: string | null;
  readonly nextAttemptAt: Date;
}

interface FailureRecord extends Omit<InboxFailure, 'nextAttemptAt'> {
  readonly nextAttemptAt: string;
}

const failureColumns = `json_build_object('producer', f.producer, 'event', f.event, 'state', f.state,
  'attempts', f.attempts, 'code', f.code, 'nextAttemptAt', f.next_attempt_at)::text as failure`;

/** What stands in the way of the consumers of this room, oldest first; for health, dashboards and operators. */
export async function readInboxFailures(sql: Sql, options: { limit?: number } = {}): Promise<InboxFailure[]> {
  return readFailures(
    sql,
    `select ${failureColumns} from inbox_failure f order by f.failed_at, f.seq limit ${Math.trunc(options.limit ?? 100)}`,
    [],
  );
}

/**
 * Lets a parked event be tried again from its first attempt, after its cause was removed.
 * @returns whether it was parked
 */
export async function releaseParked(
  sql: Sql,
  parked: { readonly producer: string; readonly eventId: string; readonly now: Date },
): Promise<boolean> {
  const released = await sql.execute(
    `update inbox_failure set state = 'RETRYING', attempts = 0, next_attempt_at = ?::timestamptz
     where producer = ? and event_id = ? and state = 'PARKED' returning event_id`,
    [parked.now.toISOString(), parked.producer, parked.eventId],
  );
  return released.length > 0;
}

/** The heads of the stopped aggregates that are due for another attempt. */
export async function dueFailures(sql: Sql, producer: string, now: Date): Promise<InboxFailure[]> {
  return readFailures(
    sql,
    `select ${failureColumns} from inbox_failure f
     where f.producer = ? and f.state <> 'PARKED' and f.next_attempt_at <= ?::timestamptz
       and not exists (select from inbox_failure earlier
         where earlier.producer = f.producer and earlier.aggregate_type = f.aggregate_type
           and earlier.aggregate_id = f.aggregate_id and earlier.seq < f.seq)
     order by f.seq limit 100`,
    [producer, now.toISOString()],
  );
}

/** Makes every other handler of this aggregate's events wait until the transaction ends. */
export async function lockAggregate(sql: Sql, producer: string, event: OutboxEvent): Promise<void> {
  await sql.execute(
    `select pg_advisory_xact_lock(hashtextextended(current_schema() || ' inbox ' || ?, 0))::text`,
    [JSON.stringify([producer, event.aggregateType, event.aggregateId])],
  );
}

/**
 * Notes an event as handled, unless it is already, or it or an earlier one of its aggregate is set aside.
 * The aggregate must be locked.
 */
export async function markHandled(
  sql: Sql,
  producer: string,
  event: OutboxEvent,
  now: Date,
): Promise<'marked' | 'blocked' | 'known'> {
  const [row] = await sql.execute<{ answer: 'marked' | 'blocked' | 'known' }>(
    `with known as (
       select 1 from inbox_event where producer = ? and event_id = ?
     ), blocked as (
       select 1 from inbox_failure
       where producer = ? and aggregate_type = ? and aggregate_id = ? and seq <= ?
       limit 1
     ), marked as (
       insert into inbox_event (producer, event_id, handled_at)
       select ?, ?, ?::timestamptz where not exists (select from known) and not exists (select from blocked)
       returning 1
     )
     select case when exists (select from known) then 'known'
       when exists (select from blocked) then 'blocked' else 'marked' end as answer
     from (select count(*) from marked) as written`,
    [
      producer,
      event.id,
      producer,
      event.aggregateType,
      event.aggregateId,
      event.seq,
      producer,
      event.id,
      now.toISOString(),
    ],
  );
  if (row === undefined) throw new Error('The inbox gave no answer.');
  return row.answer;
}

/**
 * Keeps an event that cannot be handled now; from then on the producer need not keep it. One that is kept already and
 * comes again as `WAITING` stays as it is.
 */
export async function setAside(
  sql: Sql,
  producer: string,
  event: OutboxEvent,
  failure: {
    state: InboxFailure['state'];
    attempts: number;
    code: string | null;
    now: Date;
    nextAttemptAt: Date;
  },
): Promise<void> {
  await sql.execute(
    `insert into inbox_failure
       (producer, event_id, seq, aggregate_type, aggregate_id, event, state, attempts, code, next_attempt_at, failed_at)
     select ?, ?, ?, ?, ?, ?::jsonb, ?, ?, ?, ?::timestamptz, ?::timestamptz
     where not exists (select from inbox_event where producer = ? and event_id = ?)
     on conflict (producer, event_id) do update set state = excluded.state, attempts = excluded.attempts,
       code = excluded.code, next_attempt_at = excluded.next_attempt_at
     where excluded.state <> 'WAITING'`,
    [
      producer,
      event.id,
      event.seq,
      event.aggregateType,
      event.aggregateId,
      JSON.stringify(event),
      failure.state,
      failure.attempts,
      failure.code,
      failure.nextAttemptAt.toISOString(),
      failure.now.toISOString(),
      producer,
      event.id,
    ],
  );
}

/** Forgets the failure of an event that was handled at last. @returns whether there was one */
export async function removeFailure(sql: Sql, producer: string, eventId: string): Promise<boolean> {
  const removed = await sql.execute(
    `delete from inbox_failure where producer = ? and event_id = ? returning event_id`,
    [producer, eventId],
  );
  return removed.length > 0;
}

/** Forgets handled events; safe only for such as the producer can no longer deliver. */
export async function pruneInbox(sql: Sql, producer: string, before: Date): Promise<void> {
  await sql.execute(`delete from inbox_event where producer = ? and handled_at < ?::timestamptz`, [
    producer,
    before.toISOString(),
  ]);
}

async function readFailures(sql: Sql, statement: string, parameters: unknown[]): Promise<InboxFailure[]> {
  const rows = await sql.execute<{ failure: string }>(statement, parameters);
  return rows.map(({ failure }) => {
    const record = JSON.parse(failure) as FailureRecord;
    return { ...record, nextAttemptAt: new Date(record.nextAttemptAt) };
  });
}
