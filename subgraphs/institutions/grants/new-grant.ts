import { newId } from '../../kit/base/ids.js';
import type { MutationTransaction } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { GrantEntity, type GrantRow } from './grant.entity.js';

/**
 * A grant that follows from another step, in its transaction: an admitted applicant administers the institution, a
 * confirmed expert acts as one. It counts from now on, and the gateway knows it at once.
 */
export function createGrant(
  transaction: MutationTransaction,
  scope: RequestScope,
  { subject, role, institutionId }: Pick<GrantRow, 'subject' | 'role' | 'institutionId'>,
): GrantRow {
  const now = scope.clock.now();
  const row = transaction.create(GrantEntity, {
    id: newId('Grant'),
    subject,
    role,
    institutionId,
    validFrom: now,
    validTo: null,
    givenBy: scope.principal.subject,
    version: 1,
    createdAt: now,
  });
  transaction.wake('GrantEpoch', subject);
  return row;
}
