import { newId } from '../../kit/base/ids.js';
import type { Json } from '../../kit/room/audit/canonical-json.js';
import type { Sql } from '../../kit/room/database/sql.js';
import type { OutboxEvent } from '../../kit/room/outbox/outbox-event.js';
import type { TaskChange } from '../tasks/task-projection.js';
import { WebhookEvent } from './webhook.types.js';

/** Something that an institution's systems may be told. */
export interface WebhookMessage {
  readonly event: WebhookEvent | 'TEST';
  readonly institutionIds: readonly string[];
  /** What it is about; messages about one subject arrive in their order. */
  readonly subjectType: string;
  readonly subjectId: string;
  /** Names what made the message, so that the same cause makes it once. */
  readonly cause: string;
  /** RFC 3339. */
  readonly at: string;
  /** Ids and codes; never a person's data. */
  readonly data: { readonly [field: string]: Json };
}

/**
 * Queues a message for every webhook of its institutions that wants it. They are locked against being retired
 * meanwhile, so that nothing is queued that nobody would ever send or drop.
 */
export async function queueMessage(sql: Sql, message: WebhookMessage, now: Date): Promise<void> {
  const { event, institutionIds, subjectType, subjectId, cause } = message;
  const wanting = await sql.execute<{ id: string }>(
    `select id from webhook where institution_id in (select jsonb_array_elements_text(?::jsonb)) and ? = any (events)
       and state <> 'RETIRED'
     order by id for share`,
    [JSON.stringify(institutionIds), event],
  );
  for (const { id } of wanting)
    await queueFor(sql, id, { event, subjectType, subjectId, cause, body: bodyOf(message) }, now);
}

/** Queues a message that only one webhook gets, whatever it wants, to try its address. @returns the delivery's id */
export async function queueTest(sql: Sql, webhookId: string, now: Date): Promise<string> {
  const at = now.toISOString();
  const about = {
    event: 'TEST',
    subjectType: 'Webhook',
    subjectId: webhookId,
    cause: newId('Event'),
  } as const;
  const body = bodyOf({ ...about, institutionIds: [], at, data: { webhookId } });
  return queueFor(sql, webhookId, { ...about, body }, now);
}

/** Lets every message of a webhook that waits be tried again from its first attempt. */
export async function retryAtOnce(sql: Sql, webhookId: string, now: Date): Promise<void> {
  await sql.execute(
    `update webhook_delivery set attempts = 0, next_attempt_at = ?::timestamptz
     where webhook_id = ? and state = 'PENDING'`,
    [now.toISOString(), webhookId],
  );
}

/** Drops what a webhook, which the caller has locked, has not delivered. */
export async function dropWaiting(sql: Sql, webhookId: string): Promise<void> {
  await sql.execute(
    `update webhook_delivery set state = 'DROPPED', leased_until = null where webhook_id = ? and state = 'PENDING'`,
    [webhookId],
  );
}

async function queueFor(
  sql: Sql,
  webhookId: string,
  message: Pick<WebhookMessage, 'event' | 'subjectType' | 'subjectId' | 'cause'> & { readonly body: string },
  now: Date,
): Promise<string> {
  const id = newId('WebhookDelivery');
  await sql.execute(
    `insert into webhook_delivery (id, webhook_id, institution_id, event, subject_type, subject_id, cause, body, state,
       next_attempt_at, created_at)
     select ?, id, institution_id, ?, ?, ?, ?, ?, 'PENDING', ?::timestamptz, ?::timestamptz from webhook where id = ?
     on conflict (webhook_id, cause) do nothing`,
    [
      id,
      message.event,
      message.subjectType,
      message.subjectId,
      message.cause,
      message.body,
      now.toISOString(),
      now.toISOString(),
      webhookId,
    ],
  );
  return id;
}

/** The text that is signed and sent; the same in every attempt. */
function bodyOf({ event, at, data }: WebhookMessage): string {
  return JSON.stringify({ type: event, timestamp: at, data });
}

/** What the change of a task says to the institutions whose officials it waits for; null where it says nothing. */
export function taskMessage(change: TaskChange, event: OutboxEvent): WebhookMessage | null {
  if (change.kind === 'CHANGED' || change.institutionIds.length === 0) return null;
  const { aggregateType: subjectType, aggregateId: subjectId } = event;
  return {
    event: change.kind === 'OPENED' ? WebhookEvent.TASK_OPENED : WebhookEvent.TASK_CLOSED,
    institutionIds: change.institutionIds,
    subjectType,
    subjectId,
    cause: `${event.id} ${change.kind} ${change.taskId}`,
    at: event.occurredAt,
    data: {
      taskId: change.taskId,
      subjectType,
      subjectId,
      subjectVersion: event.version,
      subjectState: change.state,
    },
  };
}

/** What the change of a membership says to the member. */
export function membershipMessage(event: OutboxEvent): WebhookMessage {
  const { institutionId, state } = event.payload as { institutionId: string; state: string };
  return {
    event: WebhookEvent.MEMBERSHIP_CHANGED,
    institutionIds: [institutionId],
    subjectType: 'Institution',
    subjectId: institutionId,
    cause: event.id,
    at: event.occurredAt,
    data: { institutionId, state },
  };
}

/** What a signed agreement says to its parties. */
export function agreementMessage(event: OutboxEvent): WebhookMessage {
  const signed = event.payload as {
    agreementId: string;
    agreementNo: string;
    contentHash: string;
    partyIds: string[];
    effectiveFrom: string;
    effectiveTo: string | null;
  };
  const { agreementId, agreementNo, contentHash, partyIds, effectiveFrom, effectiveTo } = signed;
  return {
    event: WebhookEvent.AGREEMENT_SIGNED,
    institutionIds: partyIds,
    subjectType: 'Agreement',
    subjectId: agreementId,
    cause: event.id,
    at: event.occurredAt,
    data: { agreementId, agreementNo, contentHash, partyIds, effectiveFrom, effectiveTo },
  };
}
