import type { NewEvent } from '../../kit/room/outbox/emit.js';
import type { AccountRow } from './account.entity.js';

/** An account can bank learning outcomes from now on. */
export function accountActivated(row: AccountRow): NewEvent {
  return {
    type: 'AccountActivated',
    aggregateType: 'Account',
    aggregateId: row.id,
    version: row.version,
    payload: { accountId: row.id, learnerId: row.learnerId },
  };
}
