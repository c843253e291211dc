import { newId } from '../../base/ids.js';
import type { Json } from '../audit/canonical-json.js';
import type { Sql } from '../database/sql.js';

/** An event to be told to other rooms. */
export interface NewEvent {
  readonly type: string;
  readonly aggregateType: string;
  readonly aggregateId: string;
  /** The aggregate's version after the change. */
  readonly version: number;
  readonly payload: Json;
  /** RFC 3339; left out, the time of the transaction. */
  readonly occurredAt?: string;
}

/**
 * Writes events, in the order given, and a delivery of each for every consumer, in the caller's transaction and in
 * one statement.
 *
 * The caller must hold the row lock of each event's aggregate (or have inserted that row in this transaction).
 * The lock is what gives an aggregate's events their order: the next change waits for this one's commit before it
 * takes its sequence number. Without it two changes of one aggregate could be delivered the wrong way round.
 */
export async function emit(
  sql: Sql,
  events: NewEvent | readonly NewEvent[],
  consumers: readonly string[],
): Promise<void> {
  const list = (Array.isArray(events) ? events : [events]) as readonly NewEvent[];
  if (list.length === 0) return;
  const rows = list.map((event) => ({
    id: newId('Event'),
    type: event.type,
    aggregate_type: event.aggregateType,
    aggregate_id: event.aggregateId,
    version: event.version,
    payload: event.payload,
    occurred_at: event.occurredAt ?? null,
  }));
  await sql.execute(
    `with event as (
       insert into outbox_event (id, type, aggregate_type, aggregate_id, version, payload, occurred_at)
       select entry ->> 'id', entry ->> 'type', entry ->> 'aggregate_type', entry ->> 'aggregate_id',
         (entry ->> 'version')::integer, entry -> 'payload', coalesce((entry ->> 'occurred_at')::timestamptz, now())
       from jsonb_array_elements(?::jsonb) with ordinality as given (entry, place)
       order by place
       returning seq
     )
     insert into outbox_delivery (consumer, seq)
     select consumer, seq from event, jsonb_array_elements_text(?::jsonb) as consumer`,
    [JSON.stringify(rows), JSON.stringify([...new Set(consumers)])],
  );
}
