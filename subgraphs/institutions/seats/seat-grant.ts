import { newId } from '../../kit/base/ids.js';
import type { MutationTransaction } from '../../kit/room/scope/mutate.js';
import { GrantEntity } from '../grants/grant.entity.js';
import type { SeatRow } from './seat.entity.js';

/** The bodies whose seats come with the role of a council member; the vote itself comes with the seat. */
const bodiesWithRole: readonly string[] = ['COUNCIL', 'STANDING_COUNCIL'];

/** Gives the holder of a new seat the role for the term, where the body has one. The seat need not be flushed. */
export async function giveSeatGrant(
  transaction: MutationTransaction,
  bodyKind: string,
  seat: SeatRow,
  now: Date,
): Promise<void> {
  if (!bodiesWithRole.includes(bodyKind)) return;
  const grant = transaction.create(GrantEntity, {
    id: newId('Grant'),
    subject: seat.subject,
    role: 'COUNCIL_MEMBER',
    institutionId: null,
    validFrom: seat.validFrom,
    validTo: seat.validTo,
    givenBy: seat.appointedBy,
    version: 1,
    createdAt: now,
  });
  // The seat names its grant, so the grant is written first.
  await transaction.flush();
  seat.grantId = grant.id;
  transaction.wake('GrantEpoch', seat.subject);
}

/** Brings the grant of a seat to the seat's new end; a grant that was revoked meanwhile stays revoked. */
export async function moveSeatGrant(
  transaction: MutationTransaction,
  seat: SeatRow,
  ended?: { readonly by: string },
): Promise<void> {
  if (seat.grantId == null) return;
  const grant = await transaction.lock(GrantEntity, seat.grantId);
  if (grant.revokedBy != null) return;
  grant.validTo = seat.validTo;
  if (ended !== undefined) grant.revokedBy = ended.by;
  transaction.wake('GrantEpoch', seat.subject);
}
