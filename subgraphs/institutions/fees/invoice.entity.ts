import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';

/** A member's fee of a year. Its sums and its state are moved by confirmed entries only, in the database. */
export const InvoiceEntity = defineEntity({
  name: 'Invoice',
  tableName: 'invoice',
  properties: {
    id: p.string().primary(),
    invoiceNo: p.string(),
    institutionId: p.string(),
    year: p.integer(),
    feeScheduleId: p.string(),
    /** CNY, as the next two. */
    amount: p.decimal('string').precision(14).scale(2),
    /** Payments less refunds. */
    paid: p.decimal('string').precision(14).scale(2),
    waived: p.decimal('string').precision(14).scale(2),
    state: p.string(),
    stateSince: p.datetime(),
    version: p.integer().version(),
    createdAt: p.datetime(),
  },
});

export type InvoiceRow = InferEntity<typeof InvoiceEntity>;

/** A payment, a refund or a waiver; it counts once a second person has confirmed it, and nothing else changes. */
export const InvoiceEntryEntity = defineEntity({
  name: 'InvoiceEntry',
  tableName: 'invoice_entry',
  properties: {
    id: p.string().primary(),
    invoiceId: p.string(),
    institutionId: p.string(),
    kind: p.string(),
    /** CNY. */
    amount: p.decimal('string').precision(14).scale(2),
    /** Legal date. */
    occurredOn: p.date(),
    /** The bank's reference, or the reason of a waiver or refund. */
    reference: p.string(),
    state: p.string(),
    stateSince: p.datetime(),
    recordedBy: p.string(),
    decidedBy: p.string().nullable(),
    version: p.integer().version(),
    createdAt: p.datetime(),
  },
});

export type InvoiceEntryRow = InferEntity<typeof InvoiceEntryEntity>;
