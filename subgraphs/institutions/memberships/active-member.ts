import { refuse, type InputPath } from '../../kit/base/errors/amrlo-error.js';
import type { MutationTransaction } from '../../kit/room/scope/mutate.js';
import { MembershipEntity } from './membership.entity.js';
import { isInStanding } from './standing.js';

/**
 * Makes sure that an institution is a member that may start something new (charter art. 11, 20).
 * @throws AmrloError `INSTITUTION_NOT_MEMBER`, `MEMBER_NOT_IN_STANDING` with the state of one that is suspended or leaves
 */
export async function assertActiveMember(
  transaction: MutationTransaction,
  institutionId: string,
  path: InputPath,
): Promise<void> {
  const [member] = await transaction.find(MembershipEntity, { institutionId });
  if (member === undefined) throw refuse('INSTITUTION_NOT_MEMBER', { institution: institutionId }, path);
  if (isInStanding(member)) return;
  throw refuse('MEMBER_NOT_IN_STANDING', { institution: institutionId, state: member.state }, path);
}
