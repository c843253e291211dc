import { refuse } from '../../kit/base/errors/amrlo-error.js';
import type { MutationTransaction } from '../../kit/room/scope/mutate.js';
import type { GrantRow } from './grant.entity.js';
import { isOver } from './show-grant.js';

/**
 * Ends a locked grant at an instant, and with it (the database does that) everything that was delegated from it; the
 * gateways forget all of them at once.
 * @throws AmrloError `GRANT_ENDED` when it is over already
 */
export async function endGrant(
  transaction: MutationTransaction,
  row: GrantRow,
  end: { readonly by: string; readonly at: Date; readonly reason: string },
): Promise<void> {
  if (isOver(row, end.at) || row.revokedBy != null) throw refuse('GRANT_ENDED');
  // A grant that was to begin later ends where it begins: an empty interval, never one that runs backward.
  row.validTo = row.validFrom > end.at ? row.validFrom : end.at;
  row.revokedBy = end.by;
  row.endedAt = end.at;
  row.endReason = end.reason;
  await transaction.flush();
  const below = await transaction.sql.execute<{ subject: string }>('select subject from grants_below(?)', [
    row.id,
  ]);
  for (const subject of [row.subject, ...below.map((one) => one.subject)]) {
    transaction.wake('GrantEpoch', subject);
  }
}
