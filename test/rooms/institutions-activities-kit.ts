import type { OutboxEvent } from '../../subgraphs/kit/room/outbox/outbox-event.js';
import { projectActivity } from '../../subgraphs/institutions/activities/project-activity.js';
import { pgSql } from '../support/pg-sql.js';
import type { RoomOnPostgres } from './room-on-postgres.js';

let events = 0;

/** An event as another room tells it. */
export function eventOf(
  type: string,
  payload: Readonly<Record<string, string | readonly string[]>>,
  occurredAt = '2026-01-10T00:00:00.000Z',
): OutboxEvent {
  events += 1;
  return {
    id: `evt_test_${events}`,
    seq: events,
    type,
    aggregateType: 'Something',
    aggregateId: `agg_${events}`,
    version: 1,
    payload,
    occurredAt,
  };
}

/** What the room does when a producer's event arrives. */
export const arrives = (room: RoomOnPostgres, producer: string, event: OutboxEvent): Promise<void> =>
  projectActivity(producer, event, pgSql(room.sql));

/** Something that members did on a day, in the ledger. */
export const held = (
  room: RoomOnPostgres,
  institutionIds: readonly string[],
  occurredOn: string,
  kind = 'TRADE',
) =>
  arrives(
    room,
    'institutions',
    eventOf('AllianceActivityHeld', { institutionIds, kind, title: 'An activity', occurredOn }),
  );
