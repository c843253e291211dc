import type { FilterQuery } from '@mikro-orm/postgresql';
import type { AgreementRow } from './agreement.entity.js';

/** Signed agreements that have not ended by a legal date: their parties are bound, today or from a later day on. */
export function bindingOn(date: string): FilterQuery<AgreementRow> {
  return {
    state: 'SIGNED',
    $and: [
      { $or: [{ effectiveTo: null }, { effectiveTo: { $gt: date } }] },
      { $or: [{ terminatesOn: null }, { terminatesOn: { $gt: date } }] },
    ],
  };
}

/** Those that hold on a legal date: where `stateOn` says EFFECTIVE, as a condition for the database. */
export function inForceOn(date: string): FilterQuery<AgreementRow> {
  return { $and: [bindingOn(date), { effectiveFrom: { $lte: date } }] };
}
