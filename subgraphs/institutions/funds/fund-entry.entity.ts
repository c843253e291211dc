import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';

/** Money that came in or went out, for a purpose (charter art. 23); nothing but the decision on it ever changes. */
export const FundEntryEntity = defineEntity({
  name: 'FundEntry',
  tableName: 'fund_entry',
  properties: {
    id: p.string().primary(),
    kind: p.string(),
    purpose: p.string(),
    /** CNY. */
    amount: p.decimal('string').precision(14).scale(2),
    /** Legal date. */
    occurredOn: p.date(),
    description: p.string(),
    /** The approved document that an expense rests on. */
    documentId: p.string().nullable(),
    /** The payment or refund of a fee that it books. */
    invoiceEntryId: p.string().nullable(),
    /** The entry that it takes back. */
    correctsId: p.string().nullable(),
    state: p.string(),
    stateSince: p.datetime(),
    recordedBy: p.string(),
    decidedBy: p.string().nullable(),
    version: p.integer().version(),
    createdAt: p.datetime(),
  },
});

export type FundEntryRow = InferEntity<typeof FundEntryEntity>;
