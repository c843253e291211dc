import type { WorkSource } from '../../kit/room/work/work-source.js';
import { AccountEntity, type AccountRow } from './account.entity.js';
import { accountMachine } from './account.machine.js';

/** An account waits for its owner's document to be seen, or, frozen, for the office that froze it. */
export const accountWork: WorkSource<AccountRow> = {
  type: 'Account',
  entity: AccountEntity,
  machine: accountMachine,
  mutations: { refuseIdentity: 'verifyIdentity' },
  // Whose account it is does not leave the room: the official looks it up.
  item: (row) => ({
    about: row.id,
    since: row.stateEnteredAt,
    institutionIds: [row.institutionId],
    servicePointId: row.servicePointId ?? null,
  }),
  // No document can be checked in a batch.
  steps: ({ id, version, state }) =>
    state === 'FROZEN'
      ? [
          {
            action: 'unfreezeAccount',
            mutation: 'unfreezeAccount',
            input: { accountId: id, expectedVersion: version },
            reasoned: true,
          },
        ]
      : [],
};
