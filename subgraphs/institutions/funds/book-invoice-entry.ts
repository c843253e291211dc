import { newId } from '../../kit/base/ids.js';
import type { MutationTransaction } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import type { InvoiceEntryRow } from '../fees/invoice.entity.js';
import { FundEntryEntity } from './fund-entry.entity.js';

/** The purpose under which members' fees are held. */
const feesPurpose = 'FEES';

/**
 * Books a confirmed payment as income, a confirmed refund as expense; by the same two people. A refund that the fees
 * no longer cover is refused, and with it its confirmation.
 */
export async function bookInvoiceEntry(
  scope: RequestScope,
  transaction: MutationTransaction,
  entry: InvoiceEntryRow,
): Promise<void> {
  const now = scope.clock.now();
  const row = transaction.create(FundEntryEntity, {
    id: newId('FundEntry'),
    kind: entry.kind === 'PAYMENT' ? 'INCOME' : 'EXPENSE',
    purpose: feesPurpose,
    amount: entry.amount,
    occurredOn: entry.occurredOn,
    description: entry.reference,
    invoiceEntryId: entry.id,
    state: 'RECORDED',
    stateSince: now,
    recordedBy: entry.recordedBy,
    version: 1,
    createdAt: now,
  });
  // The database lets an entry begin as recorded only.
  await transaction.flush();
  row.state = 'CONFIRMED';
  row.decidedBy = scope.principal.subject;
  await transaction.flush();
}
