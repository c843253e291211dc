import type { Sql } from '../database/sql.js';
import type { OutboxEvent } from './outbox-event.js';

/**
 * The oldest events that a consumer has not acknowledged, by `seq`. It always asks for all that is open, never for
 * what is newer than the last one seen: a transaction that took its number early may commit late.
 */
export async function pullEvents(sql: Sql, consumer: string, limit: number): Promise<OutboxEvent[]> {
  const rows = await sql.execute<{ event: string }>(
    `select json_build_object('id', e.id, 'seq', e.seq, 'type', e.type, 'aggregateType', e.aggregate_type,
       'aggregateId', e.aggregate_id, 'version', e.version, 'payload', e.payload,
       'occurredAt', to_char(e.occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))::text as event
     from outbox_delivery d join outbox_event e on e.seq = d.seq
     where d.consumer = ? order by d.seq limit ${Math.trunc(limit)}`,
    [consumer],
  );
  return rows.map(({ event }) => JSON.parse(event) as OutboxEvent);
}

/**
 * Ends the delivery of events, by id, to a consumer, which has them durably from now on. Unknown ids and repeated
 * acknowledgements change nothing.
 */
export async function acknowledge(sql: Sql, consumer: string, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await sql.execute(
    `delete from outbox_delivery d using outbox_event e, jsonb_array_elements_text(?::jsonb) as wanted
     where e.id = wanted and d.seq = e.seq and d.consumer = ?`,
    [JSON.stringify(ids), consumer],
  );
}

/**
 * Removes events that happened before an instant and that every consumer has acknowledged, ten thousand at most.
 * @returns how many were removed
 */
export async function pruneOutbox(sql: Sql, before: Date): Promise<number> {
  const removed = await sql.execute(
    `delete from outbox_event where seq in (
       select e.seq from outbox_event e
       where e.occurred_at < ?::timestamptz and not exists (select from outbox_delivery d where d.seq = e.seq)
       order by e.occurred_at limit 10000)
     returning seq`,
    [before.toISOString()],
  );
  return removed.length;
}
