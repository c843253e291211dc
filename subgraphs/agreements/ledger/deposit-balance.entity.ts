import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';

/** What is left of a deposit: copied from `learners` when it is banked, moved by ledger entries only. */
export const DepositBalanceEntity = defineEntity({
  name: 'DepositBalance',
  tableName: 'deposit_balance',
  properties: {
    /** The deposit's id. */
    id: p.string().primary(),
    learnerId: p.string(),
    ownerSubject: p.string(),
    issuerId: p.string(),
    category: p.string(),
    creditAmount: p.decimal('string').precision(18).scale(6),
    creditScheme: p.string(),
    reserved: p.decimal('string').precision(18).scale(6),
    consumed: p.decimal('string').precision(18).scale(6),
    revokedAt: p.datetime().nullable(),
    depositVersion: p.integer(),
    version: p.integer().version(),
    createdAt: p.datetime(),
  },
});

export type DepositBalanceRow = InferEntity<typeof DepositBalanceEntity>;
