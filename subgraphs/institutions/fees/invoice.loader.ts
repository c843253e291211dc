import { subtract } from '../../kit/base/decimal.js';
import type { LoaderDefinition, RequestScope } from '../../kit/room/scope/request-scope.js';
import type { CaseKind } from '../case-step.js';
import {
  InvoiceEntity,
  InvoiceEntryEntity,
  type InvoiceEntryRow,
  type InvoiceRow,
} from './invoice.entity.js';
import {
  invoiceEntryMachine,
  invoiceMachine,
  type EntryFacts,
  type InvoiceEntryAction,
  type InvoiceEntryStateName,
  type InvoiceStateName,
} from './invoice.machine.js';
import type {
  Invoice,
  InvoiceEntry,
  InvoiceEntryKind,
  InvoiceEntryState,
  InvoiceState,
} from './invoice.types.js';
import { invoiceEntryWork } from './invoice.work.js';

/** What the steps of entries have in common. */
export const invoiceEntryKind: CaseKind<
  InvoiceEntryRow,
  InvoiceEntryStateName,
  InvoiceEntryAction,
  EntryFacts,
  'invoiceEntry',
  InvoiceEntry
> = {
  field: 'invoiceEntry',
  auditedAs: 'CHANGE_FEES',
  machine: invoiceEntryMachine,
  work: invoiceEntryWork,
  context: (scope, row) => ({
    state: row.state as InvoiceEntryStateName,
    principal: scope.principal,
    facts: { recordedBy: row.recordedBy },
  }),
  show: showInvoiceEntry,
};

/** An invoice and who wants to act on it, as the machine looks at them. */
export function invoiceContext(scope: RequestScope, row: InvoiceRow) {
  return { state: row.state as InvoiceStateName, principal: scope.principal, facts: undefined };
}

/** What is still to be paid of an invoice, in CNY. */
export function outstandingOf({ amount, paid, waived }: InvoiceRow): string {
  return subtract(subtract(amount, paid), waived);
}

/** What the graph shows of an invoice to the one who asks. */
export function showInvoice(scope: RequestScope, row: InvoiceRow): Invoice {
  const state = row.state as InvoiceStateName;
  return {
    id: row.id,
    invoiceNo: row.invoiceNo,
    institutionId: row.institutionId,
    year: row.year,
    amount: row.amount,
    paid: row.paid,
    waived: row.waived,
    outstanding: outstandingOf(row),
    state: state as InvoiceState,
    since: row.stateSince,
    dueAt: invoiceMachine.dueAt(state, row.stateSince),
    // Its state follows from its entries; what can be done to the invoice itself is to record one.
    availableActions: invoiceMachine
      .availableActions(invoiceContext(scope, row))
      .filter(({ action }) => invoiceMachine.definition.actions[action].to === undefined),
    version: row.version,
    createdAt: row.createdAt,
  };
}

/** What the graph shows of an entry to the one who asks. */
export function showInvoiceEntry(scope: RequestScope, row: InvoiceEntryRow): InvoiceEntry {
  return {
    id: row.id,
    invoiceId: row.invoiceId,
    kind: row.kind as InvoiceEntryKind,
    amount: row.amount,
    occurredOn: row.occurredOn,
    reference: row.reference,
    state: row.state as InvoiceEntryState,
    availableActions: invoiceEntryMachine.availableActions(invoiceEntryKind.context(scope, row)),
    version: row.version,
    createdAt: row.createdAt,
  };
}

/** Invoices by id; absent and hidden ones are null. */
export const invoiceById: LoaderDefinition<string, Invoice | null> = {
  name: 'invoiceById',
  async batch(scope, ids) {
    const rows = await scope.find(InvoiceEntity, { id: { $in: [...ids] } });
    const found = new Map(rows.map((row) => [row.id, showInvoice(scope, row)]));
    return ids.map((id) => found.get(id) ?? null);
  },
};

/** The entries of invoices, the oldest first. */
export const entriesByInvoice: LoaderDefinition<string, InvoiceEntry[]> = {
  name: 'entriesByInvoice',
  async batch(scope, ids) {
    const rows = await scope.find(
      InvoiceEntryEntity,
      { invoiceId: { $in: [...ids] } },
      { orderBy: { createdAt: 'asc', id: 'asc' } },
    );
    return ids.map((id) =>
      rows.filter((row) => row.invoiceId === id).map((row) => showInvoiceEntry(scope, row)),
    );
  },
};
