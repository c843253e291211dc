import type { Sql } from '../../kit/room/database/sql.js';

/** For how many days the log of deliveries keeps a message after it was delivered or dropped [P]. */
export const deliveriesKeptDays = 90;

const dayMs = 24 * 60 * 60 * 1000;

/**
 * Forgets messages that were delivered, or dropped with their webhook, longer ago than they are kept; a thousand at
 * most. What waits is never forgotten, however long its webhook is paused.
 * @returns how many were forgotten
 */
export async function forgetDeliveries(sql: Sql, now: Date): Promise<number> {
  const before = new Date(now.getTime() - deliveriesKeptDays * dayMs).toISOString();
  const forgotten = await sql.execute(
    `delete from webhook_delivery where id in (
       (select id from webhook_delivery where state = 'DELIVERED' and delivered_at < ?::timestamptz
        order by delivered_at limit 500)
       union all
       (select d.id from webhook w join webhook_delivery d on d.webhook_id = w.id
        where d.state = 'DROPPED' and w.state = 'RETIRED' and w.state_since < ?::timestamptz limit 500))
     returning id`,
    [before, before],
  );
  return forgotten.length;
}
