import { z } from 'zod';
import { legalDate } from '../../kit/base/clock.js';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { newId } from '../../kit/base/ids.js';
import { checkInput } from '../../kit/room/scope/check-input.js';
import { constraintRefuses, type MutationTransaction } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { MembershipEntity, type MembershipRow } from './membership.entity.js';
import { moveMembership } from './move-membership.js';

constraintRefuses('membership_institution_key', () => refuse('MEMBER_EXISTS'));
constraintRefuses('membership_code_key', () => refuse('MEMBER_CODE_TAKEN', {}, ['input', 'memberCode']));

const memberCodeCheck = z.object({
  memberCode: z.string().regex(/^[A-Z0-9][A-Z0-9-]{1,11}$/, 'memberCode: [A-Z0-9-]{2,12}'),
});

/** What makes an institution a member. */
export interface NewMembership {
  readonly institutionId: string;
  readonly memberCode: string;
  /** A legal date. */
  readonly joinedOn: string;
  readonly charterVersion: string;
}

/**
 * Makes an institution an active member and tells everybody: for those who joined before this system and for those who
 * are admitted for the first time. The row of the institution must be locked or new.
 * @throws AmrloError `INPUT_INVALID`, `MEMBER_EXISTS`, `MEMBER_CODE_TAKEN`
 */
export async function createMembership(
  transaction: MutationTransaction,
  scope: RequestScope,
  membership: NewMembership,
): Promise<MembershipRow> {
  const { memberCode } = checkInput(memberCodeCheck, membership);
  const { institutionId, joinedOn, charterVersion } = membership;
  const now = scope.clock.now();
  // A membership is recorded when it counts, not ahead: the roster as of a day is read from this.
  if (joinedOn > legalDate(now)) throw refuse('INPUT_INVALID', { detail: 'joinedOn' }, ['input', 'joinedOn']);
  const row = transaction.create(MembershipEntity, {
    id: newId('Membership'),
    institutionId,
    memberCode,
    state: 'ACTIVE',
    stateSince: now,
    joinedOn,
    charterVersion,
    version: 1,
    createdAt: now,
  });
  await tellAdmitted(transaction, row);
  transaction.wake('Institution', institutionId);
  return row;
}

/**
 * Admits an institution, whose row must be locked or new. One that has left gets its membership back, with the code, the
 * day and the charter of today; what was before stays in the history (`membership_period`). The database lets only a
 * case that was approved after the exit do so.
 * @throws AmrloError `INPUT_INVALID`, `MEMBER_EXISTS`, `MEMBER_CODE_TAKEN`
 */
export async function admitInstitution(
  transaction: MutationTransaction,
  scope: RequestScope,
  membership: NewMembership,
): Promise<MembershipRow> {
  const { institutionId, joinedOn, charterVersion } = membership;
  const [former] = await transaction.find(MembershipEntity, { institutionId, state: 'EXITED' });
  if (former === undefined) return createMembership(transaction, scope, membership);
  const row = await transaction.lock(MembershipEntity, former.id);
  const { memberCode } = checkInput(memberCodeCheck, membership);
  Object.assign(row, { memberCode, joinedOn, charterVersion });
  await moveMembership(scope, transaction, row, 'readmitMembership', { exitGround: null });
  await tellAdmitted(transaction, row);
  return row;
}

function tellAdmitted(
  transaction: MutationTransaction,
  { institutionId, memberCode, joinedOn, version }: MembershipRow,
): Promise<void> {
  return transaction.emit({
    type: 'MemberAdmitted',
    aggregateType: 'Institution',
    aggregateId: institutionId,
    version,
    payload: { institutionId, memberCode, joinedOn },
  });
}
