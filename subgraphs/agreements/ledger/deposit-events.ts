import { z } from 'zod';
import type { Sql } from '../../kit/room/database/sql.js';
import type { OutboxEvent } from '../../kit/room/outbox/outbox-event.js';
import type { EventSubscription } from '../../kit/room/room-module.js';

const deposit = z.object({
  depositId: z.string(),
  learnerId: z.string(),
  ownerSubject: z.string(),
  issuerId: z.string(),
  category: z.string(),
  credits: z.object({ amount: z.string(), scheme: z.string() }),
});

/** What `learners` says about deposits, kept as balances. */
export const depositEvents: EventSubscription = {
  producer: 'learners',
  types: ['DepositBanked', 'DepositRevoked'],
  handle: applyDepositEvent,
};

/** Opens the balance of a banked deposit, or marks it as revoked; applying an event again changes nothing. */
export async function applyDepositEvent(event: OutboxEvent, sql: Sql): Promise<void> {
  const { depositId, learnerId, ownerSubject, issuerId, category, credits } = deposit.parse(event.payload);
  const revokedAt = event.type === 'DepositRevoked' ? event.occurredAt : null;
  await sql.execute(
    `insert into deposit_balance as known
       (id, learner_id, owner_subject, issuer_id, category, credit_amount, credit_scheme, revoked_at,
        deposit_version, created_at)
     values (?, ?, ?, ?, ?, ?::numeric, ?, ?::timestamptz, ?, ?::timestamptz)
     on conflict (id) do update set
       revoked_at = coalesce(known.revoked_at, excluded.revoked_at),
       deposit_version = excluded.deposit_version,
       version = known.version + 1
     where known.deposit_version < excluded.deposit_version`,
    [
      depositId,
      learnerId,
      ownerSubject,
      issuerId,
      category,
      credits.amount,
      credits.scheme,
      revokedAt,
      event.version,
      event.occurredAt,
    ],
  );
}
