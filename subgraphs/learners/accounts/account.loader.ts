import type { LoaderDefinition, RequestScope } from '../../kit/room/scope/request-scope.js';
import { noteReads } from '../audit/read-audit.js';
import { AccountEntity, type AccountRow } from './account.entity.js';
import { accountMachine } from './account.machine.js';
import type { Account, AccountState } from './account.types.js';

/** A step of an account that is a step of the machine, but not a mutation of its own. */
const inner: readonly string[] = ['refuseIdentity'];

/** What the graph shows of an account to the one who asks. */
export function showAccount(scope: RequestScope, row: AccountRow): Account {
  return {
    id: row.id,
    learnerId: row.learnerId,
    institutionId: row.institutionId,
    servicePointId: row.servicePointId ?? null,
    state: row.state as AccountState,
    since: row.stateEnteredAt,
    dueAt: accountMachine.dueAt(row.state, row.stateEnteredAt),
    refusedReason: row.refusedReason ?? null,
    availableActions: accountMachine
      .availableActions(accountContext(scope, row))
      .filter(({ action }) => !inner.includes(action)),
    version: row.version,
    createdAt: row.createdAt,
  };
}

/** An account and who wants to act on it, as the machine looks at them. */
export function accountContext(scope: RequestScope, row: AccountRow) {
  return {
    state: row.state,
    principal: scope.principal,
    institutionId: row.institutionId,
    owner: row.ownerSubject,
    facts: { ownerSubject: row.ownerSubject },
  };
}

/** The account of a learner: the one that counts, or the last application that came to nothing. */
export const accountByLearner: LoaderDefinition<string, Account | null> = {
  name: 'accountByLearner',
  async batch(scope, learnerIds) {
    const rows = await scope.find(
      AccountEntity,
      { learnerId: { $in: [...learnerIds] } },
      { orderBy: { createdAt: 'desc', id: 'desc' } },
    );
    noteReads(scope, 'READ_ACCOUNT', 'Account', rows);
    return learnerIds.map((id) => {
      const own = rows.filter((row) => row.learnerId === id);
      const counting = own.find(({ state }) => state !== 'REFUSED' && state !== 'WITHDRAWN') ?? own[0];
      return counting === undefined ? null : showAccount(scope, counting);
    });
  },
};
