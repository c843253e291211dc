import type { WorkSource } from '../../kit/room/work/work-source.js';
import {
  InvoiceEntity,
  InvoiceEntryEntity,
  type InvoiceEntryRow,
  type InvoiceRow,
} from './invoice.entity.js';
import { invoiceEntryMachine, invoiceMachine } from './invoice.machine.js';

/** An open invoice as the secretariat's task: to see that it is paid, or to waive it. */
export const invoiceWork: WorkSource<InvoiceRow> = {
  type: 'Invoice',
  entity: InvoiceEntity,
  machine: invoiceMachine,
  item: (row) => ({ about: row.invoiceNo, since: row.stateSince }),
};

/** An entry to be confirmed as the secretariat's task. */
export const invoiceEntryWork: WorkSource<InvoiceEntryRow> = {
  type: 'InvoiceEntry',
  entity: InvoiceEntryEntity,
  machine: invoiceEntryMachine,
  item: (row) => ({ about: `${row.kind} ${row.amount} CNY`, since: row.stateSince }),
};
