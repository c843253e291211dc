import type { Sql } from '../../kit/room/database/sql.js';
import type { WebhookAnswer } from './webhook-sender.js';

/** The type of the signals that wake the worker: something is to be sent. */
export const webhookQueue = 'WebhookQueue';

/** A message that this process, and for the length of the lease no other, may send. */
export interface ClaimedDelivery {
  readonly id: string;
  readonly webhookId: string;
  readonly url: string;
  readonly body: string;
  /** This attempt's number, from 1. */
  readonly attempt: number;
  /** Sealed. */
  readonly secret: string;
  readonly formerSecret: string | null;
}

/** Of one webhook at once: a slow receiver must not take all places. */
const ofOneWebhook = 4;
const atOnce = 20;

/**
 * Takes messages that are due, of each subject the oldest that is not delivered, and notes the attempt before it is
 * made. A process that dies leaves its messages to whoever comes after the lease; they are sent again with the same id.
 */
export async function claimDue(sql: Sql, now: Date, leaseMs: number): Promise<ClaimedDelivery[]> {
  const at = now.toISOString();
  const rows = await sql.execute<{ delivery: string }>(
    `with head as (
       select d.id, d.seq, row_number() over (partition by d.webhook_id order by d.seq) as place
       from webhook_delivery d join webhook w on w.id = d.webhook_id
       where w.state = 'ACTIVE' and d.state = 'PENDING' and d.next_attempt_at <= ?::timestamptz
         and (d.leased_until is null or d.leased_until <= ?::timestamptz)
         and not exists (select from webhook_delivery earlier
           where earlier.webhook_id = d.webhook_id and earlier.subject_type = d.subject_type
             and earlier.subject_id = d.subject_id and earlier.state = 'PENDING' and earlier.seq < d.seq)
     ), mine as (
       select id from webhook_delivery
       where id in (select id from head where place <= ${ofOneWebhook} order by seq limit ${atOnce})
         and state = 'PENDING' and (leased_until is null or leased_until <= ?::timestamptz)
       for update skip locked
     )
     update webhook_delivery d set attempts = d.attempts + 1, leased_until = ?::timestamptz
     from mine, webhook w where d.id = mine.id and w.id = d.webhook_id
     returning json_build_object('id', d.id, 'webhookId', d.webhook_id, 'url', w.url, 'body', d.body,
       'attempt', d.attempts, 'secret', w.secret,
       'formerSecret', case when w.former_secret_until > ?::timestamptz then w.former_secret end)::text as delivery`,
    [at, at, at, new Date(now.getTime() + leaseMs).toISOString(), at],
  );
  return rows.map(({ delivery }) => JSON.parse(delivery) as ClaimedDelivery);
}

/** The receiver has it. Said twice, as by a process whose lease ran out, it changes nothing. */
export async function noteDelivered(
  sql: Sql,
  { id }: ClaimedDelivery,
  answer: { readonly status: number; readonly response: string },
  now: Date,
): Promise<void> {
  await sql.execute(
    `update webhook_delivery set state = 'DELIVERED', delivered_at = ?::timestamptz, leased_until = null,
       last_status = ?::integer, last_error = null, last_response = ?
     where id = ? and state = 'PENDING'`,
    [now.toISOString(), answer.status, answer.response, id],
  );
}

/** The receiver has it not; another attempt comes at the given instant, unless one is under way already. */
export async function noteFailed(
  sql: Sql,
  { id, attempt }: ClaimedDelivery,
  answer: WebhookAnswer,
  nextAttemptAt: Date,
): Promise<void> {
  await sql.execute(
    `update webhook_delivery set next_attempt_at = ?::timestamptz, leased_until = null,
       last_status = ?::integer, last_error = ?::text, last_response = ?::text
     where id = ? and state = 'PENDING' and attempts = ?`,
    [
      nextAttemptAt.toISOString(),
      answer.status,
      answer.status === null ? answer.failure : null,
      answer.status === null ? null : answer.response,
      id,
      attempt,
    ],
  );
}
