import type { FilterQuery } from '@mikro-orm/postgresql';
import { z } from 'zod';
import { legalDate } from '../../kit/base/clock.js';
import { compare } from '../../kit/base/decimal.js';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { hasRole } from '../../kit/base/identity/principal.js';
import { newId } from '../../kit/base/ids.js';
import { connectionOf, type Connection } from '../../kit/room/connection/connection-type.js';
import { eventsEmitted } from '../../kit/room/outbox/consumer.js';
import { emit } from '../../kit/room/outbox/emit.js';
import { checkInput } from '../../kit/room/scope/check-input.js';
import {
  constraintRefuses,
  mutate,
  type MutationTransaction,
  type Payload,
} from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { workChanged, workChangedType } from '../../kit/room/work/work-event.js';
import { reportCase, takeStep } from '../case-step.js';
import { bookInvoiceEntry } from '../funds/book-invoice-entry.js';
import { institutionById } from '../institutions/institution.loader.js';
import type { Institution } from '../institutions/institution.types.js';
import {
  InvoiceEntity,
  InvoiceEntryEntity,
  type InvoiceEntryRow,
  type InvoiceRow,
} from './invoice.entity.js';
import type {
  ConfirmInvoiceEntryInput,
  InvoiceEntryInput,
  InvoiceEntryPayload,
  IssueInvoicesInput,
} from './invoice.inputs.js';
import {
  entriesByInvoice,
  invoiceById,
  invoiceContext,
  invoiceEntryKind,
  outstandingOf,
  showInvoice,
} from './invoice.loader.js';
import { invoiceMachine } from './invoice.machine.js';
import type { Invoice, InvoiceEntry, InvoiceIssue, InvoicesArguments } from './invoice.types.js';
import { invoiceWork } from './invoice.work.js';
import { issueInvoices } from './issue-invoices.js';

constraintRefuses('invoice_not_overpaid', () => refuse('INVOICE_OVERPAID'));
constraintRefuses('invoice_refund_covered', () => refuse('INVOICE_REFUND_EXCEEDED'));
constraintRefuses('invoice_entry_two_people', () => refuse('ENTRY_SAME_PERSON'));
constraintRefuses('entry_fixed', () => refuse('ENTRY_FIXED'));

const year = z.object({ year: z.number().int().min(2000, 'year: 2000-2999').max(2999, 'year: 2000-2999') });
const money = z
  .string()
  .regex(/^\d{1,12}(\.\d{1,2})?$/, 'amount: > 0, two decimal places')
  .refine((text) => /[1-9]/.test(text), 'amount: > 0');
const entry = z.object({
  amount: money,
  reference: z.string().trim().min(1, 'reference: 1-500').max(500, 'reference: 1-500'),
});

/** The mutation of each kind of entry. */
const kinds = { recordPayment: 'PAYMENT', recordRefund: 'REFUND', waiveInvoice: 'WAIVER' } as const;

/** Fees of members and what is paid of them (charter art. 22). */
export class InvoiceService {
  /** One invoice; null when absent or hidden. */
  byId(scope: RequestScope, id: string): Promise<Invoice | null> {
    return scope.load(invoiceById, id);
  }

  /** A page of the invoices that the caller may see, the newest first. */
  async list(
    scope: RequestScope,
    { filter = {}, ...args }: InvoicesArguments,
    withTotal: boolean,
  ): Promise<Connection<Invoice>> {
    const conditions: FilterQuery<InvoiceRow>[] = [];
    if (filter.institutionId != null) conditions.push({ institutionId: filter.institutionId });
    if (filter.year != null) conditions.push({ year: filter.year });
    if (filter.state != null) conditions.push({ state: filter.state });
    const page = await scope.page(InvoiceEntity, args, {
      where: conditions.length === 0 ? {} : { $and: conditions },
      orderBy: [{ invoiceNo: 'desc' }],
      withTotal,
    });
    return connectionOf(page, (row) => showInvoice(scope, row));
  }

  /** The member that owes. */
  institutionOf(scope: RequestScope, invoice: Invoice): Promise<Institution | null> {
    return scope.load(institutionById, invoice.institutionId);
  }

  /** Payments, refunds and waivers, the oldest first. */
  entriesOf(scope: RequestScope, invoice: Invoice): Promise<InvoiceEntry[]> {
    return scope.load(entriesByInvoice, invoice.id);
  }

  /** Issues the invoices of a year to the members that have none yet; can be repeated. */
  issue(scope: RequestScope, input: IssueInvoicesInput): Promise<Payload<{ invoiceIssue: InvoiceIssue }>> {
    const operation = 'issueInvoices';
    return mutate(
      scope,
      { operation, action: 'CHANGE_FEES', subjectType: 'Invoice', input },
      async (transaction) => {
        if (!hasRole(scope.principal, 'SECRETARIAT')) throw refuse('ACTION_FORBIDDEN', { action: operation });
        checkInput(year, input);
        // An invoice never goes away: a slip of the hand would bill every member for a year far off.
        if (input.year > Number(legalDate(scope.clock.now()).slice(0, 4)) + 1) {
          throw refuse('INPUT_INVALID', { detail: 'year: <= next year' }, ['input', 'year']);
        }
        const ids = await issueInvoices(transaction.sql, input.year, scope.clock.now());
        await this.#tellInbox(scope, transaction, ids);
        const [counted] = await transaction.sql.execute<{ total: number }>(
          'select count(*)::integer as total from invoice where year = ?',
          [input.year],
        );
        transaction.audited({ subjectId: String(input.year), detail: { issued: ids.length } });
        return { invoiceIssue: { year: input.year, issued: ids.length, total: counted?.total ?? 0 } };
      },
    );
  }

  /** Records a payment, a refund or a waiver; it counts once somebody else has confirmed it. */
  record(
    scope: RequestScope,
    operation: keyof typeof kinds,
    input: InvoiceEntryInput,
  ): Promise<InvoiceEntryPayload> {
    return mutate(
      scope,
      { operation, action: 'CHANGE_FEES', subjectType: 'InvoiceEntry', input },
      async (transaction) => {
        if (!hasRole(scope.principal, 'SECRETARIAT')) throw refuse('ACTION_FORBIDDEN', { action: operation });
        const invoice = await transaction.lock(InvoiceEntity, input.invoiceId);
        const { amount, reference } = checkInput(entry, input);
        const refund = operation === 'recordRefund';
        const most = refund ? invoice.paid : outstandingOf(invoice);
        if (compare(amount, most) > 0) {
          throw refuse(refund ? 'INVOICE_REFUND_EXCEEDED' : 'INVOICE_OVERPAID', {}, ['input', 'amount']);
        }
        invoiceMachine.check(operation, invoiceContext(scope, invoice));
        const now = scope.clock.now();
        if (input.occurredOn > legalDate(now)) {
          throw refuse('INPUT_INVALID', { detail: 'occurredOn: <= today' }, ['input', 'occurredOn']);
        }
        const row = transaction.create(InvoiceEntryEntity, {
          id: newId('InvoiceEntry'),
          invoiceId: invoice.id,
          institutionId: invoice.institutionId,
          kind: kinds[operation],
          amount,
          occurredOn: input.occurredOn,
          reference,
          state: 'RECORDED',
          stateSince: now,
          recordedBy: scope.principal.subject,
          version: 1,
          createdAt: now,
        });
        return reportCase(scope, transaction, invoiceEntryKind, row);
      },
    );
  }

  /**
   * Confirms an entry of somebody else. The database moves the invoice's sums with it and refuses what is too much;
   * money that came or went is booked in the funds in the same transaction.
   */
  confirm(scope: RequestScope, input: ConfirmInvoiceEntryInput): Promise<InvoiceEntryPayload> {
    const after = async (row: InvoiceEntryRow, transaction: MutationTransaction): Promise<void> => {
      if (row.kind !== 'WAIVER') await bookInvoiceEntry(scope, transaction, row);
      // Read again: the database has moved it.
      await transaction.work(invoiceWork, await transaction.lock(InvoiceEntity, row.invoiceId));
      transaction.wake('Invoice', row.invoiceId);
    };
    const on = { id: input.invoiceEntryId, input, after };
    return takeStep(scope, invoiceEntryKind, 'confirmInvoiceEntry', on, (row) => {
      row.decidedBy = scope.principal.subject;
    });
  }

  /** Rejects an entry of somebody else; it never counts. */
  reject(scope: RequestScope, input: ConfirmInvoiceEntryInput): Promise<InvoiceEntryPayload> {
    const on = { id: input.invoiceEntryId, input };
    return takeStep(scope, invoiceEntryKind, 'rejectInvoiceEntry', on, (row) => {
      row.decidedBy = scope.principal.subject;
    });
  }

  /** All at once: a statement for each of thousands of members would take minutes. */
  async #tellInbox(
    scope: RequestScope,
    transaction: MutationTransaction,
    ids: readonly string[],
  ): Promise<void> {
    const rows = await transaction.find(InvoiceEntity, { id: { $in: [...ids] } });
    const events = await Promise.all(rows.map((row) => workChanged(invoiceWork, row, transaction.sql)));
    await emit(transaction.sql, events, scope.environment.consumersOf(workChangedType));
    scope.wakeAfterCommit(eventsEmitted(scope.environment.room));
  }
}
