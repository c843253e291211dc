import { AmrloError } from '../../kit/base/errors/amrlo-error.js';
import { add, isDecimal, parseDecimal, subtract, type Decimal } from '../../kit/base/decimal.js';
import type { Credits } from '../../kit/room/schema/shared-types.js';

/** What the ledger holds about one deposit. */
export interface Balance {
  readonly reserved: Decimal;
  readonly consumed: Decimal;
  readonly revokedAt?: Date | null;
}

/**
 * The deposit's credits as `learners` sent them.
 * @throws AmrloError `UPSTREAM_UNAVAILABLE` when they were not obtained: unknown is never zero
 */
export function knownCredits(credits: Partial<Credits> | null | undefined): Credits {
  if (credits == null || !isDecimal(credits.amount) || typeof credits.scheme !== 'string') {
    throw new AmrloError('UPSTREAM_UNAVAILABLE', { subgraph: 'learners' });
  }
  return { amount: credits.amount, scheme: credits.scheme };
}

/** What conversions have used of a deposit; a deposit that the ledger never saw was never used. */
export function consumedOf(credits: Credits, balance: Balance | null): Credits {
  return { amount: balance === null ? '0' : parseDecimal(balance.consumed), scheme: credits.scheme };
}

/** What is left: credits less reservations and consumption, and nothing once it is revoked. */
export function remainingOf(credits: Credits, balance: Balance | null): Credits {
  if (balance?.revokedAt != null) return { amount: '0', scheme: credits.scheme };
  const used = balance === null ? '0' : add(parseDecimal(balance.reserved), parseDecimal(balance.consumed));
  return { amount: subtract(credits.amount, used), scheme: credits.scheme };
}
