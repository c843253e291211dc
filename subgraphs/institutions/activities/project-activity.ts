import { newId } from '../../kit/base/ids.js';
import type { Sql } from '../../kit/room/database/sql.js';
import type { OutboxEvent } from '../../kit/room/outbox/outbox-event.js';
import type { EventSubscription } from '../../kit/room/room-module.js';
import { countedEvents } from './counted-events.js';

/** What rooms say that members did, kept as entries of the ledger; one subscription per room. */
export const activityEvents: readonly EventSubscription[] = [
  ...Map.groupBy(Object.entries(countedEvents), ([, { producer }]) => producer),
].map(([producer, events]) => ({
  producer,
  types: events.map(([type]) => type),
  handle: (event, sql) => projectActivity(producer, event, sql),
}));

/** Writes one entry for each institution of an event; the same event again changes nothing, and order is of no matter. */
export async function projectActivity(producer: string, event: OutboxEvent, sql: Sql): Promise<void> {
  const { kind, institutionIds, occurredOn, title } = countedEvents[event.type]!.read(event);
  const entries = [...new Set(institutionIds)].map((institutionId) => ({
    id: newId('Activity'),
    institutionId,
  }));
  await sql.execute(
    `insert into member_activity
       (id, institution_id, kind, occurred_on, title, source, event_id, subject_type, subject_id, recorded_by, created_at)
     select entry ->> 'id', entry ->> 'institutionId', ?, ?::date, ?, ?, ?, ?, ?, ?, ?::timestamptz
     from jsonb_array_elements(?::jsonb) as entry
     on conflict on constraint member_activity_event_key do nothing`,
    [
      kind,
      occurredOn,
      title,
      producer,
      event.id,
      event.aggregateType,
      event.aggregateId,
      `service:${producer}`,
      event.occurredAt,
      JSON.stringify(entries),
    ],
  );
}
