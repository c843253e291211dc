import { compare, subtract, type Decimal } from '../../kit/base/decimal.js';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { newId } from '../../kit/base/ids.js';
import type { Sql } from '../../kit/room/database/sql.js';
import { constraintRefuses } from '../../kit/room/scope/mutate.js';

constraintRefuses('deposit_balance_covered', () => refuse('CREDITS_EXCEEDED'));
constraintRefuses('consumption_entry_banked', () => refuse('DEPOSIT_NOT_BANKED'));

/** A movement of a deposit's credit for one conversion application. */
export interface LedgerEntry {
  readonly depositId: string;
  readonly applicationNo: string;
  readonly kind: 'RESERVE' | 'RELEASE' | 'CONSUME' | 'REVERSE';
  readonly amount: Decimal;
  /** The subject of the person, or the service, that makes the entry. */
  readonly enteredBy: string;
}

/**
 * Writes an entry. The balance moves with it in the same statement, and the database refuses what would overdraw it,
 * whoever else is writing at the same time. Runs as a service of this house.
 *
 * @throws AmrloError `DEPOSIT_NOT_BANKED`, and `CREDITS_EXCEEDED` with what remains; the database's own refusals when
 *   somebody was faster
 */
export async function enterConsumption(sql: Sql, entry: LedgerEntry, at: Date): Promise<string> {
  // Locked before it is read, so that the refusal names what really remains.
  const [balance] = await sql.execute<{ left: string; revoked: boolean }>(
    `select (credit_amount - reserved - consumed)::text as left, revoked_at is not null as revoked
     from deposit_balance where id = ? for update`,
    [entry.depositId],
  );
  if (balance === undefined || (entry.kind === 'RESERVE' && balance.revoked)) {
    throw refuse('DEPOSIT_NOT_BANKED', { depositId: entry.depositId });
  }
  if (entry.kind === 'RESERVE' && compare(entry.amount, balance.left) > 0) {
    throw refuse('CREDITS_EXCEEDED', { remaining: subtract(balance.left, '0'), wanted: entry.amount });
  }
  const id = newId('ConsumptionEntry');
  await sql.execute(
    `insert into consumption_entry (id, deposit_id, application_no, kind, amount, entered_by, created_at)
     values (?, ?, ?, ?, ?::numeric, ?, ?::timestamptz)`,
    [id, entry.depositId, entry.applicationNo, entry.kind, entry.amount, entry.enteredBy, at.toISOString()],
  );
  return id;
}
