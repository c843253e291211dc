import { legalDate } from '../../kit/base/clock.js';
import { newId } from '../../kit/base/ids.js';
import type { MutationTransaction } from '../../kit/room/scope/mutate.js';
import { CouncilFilingEntity, type CouncilFilingRow } from './council-filing.entity.js';
import { councilFilingMachine } from './council-filing.machine.js';
import { councilFilingWork } from './council-filing.work.js';

/** Whom to file, and since when. */
export interface AdmittedMember extends Pick<
  CouncilFilingRow,
  'caseId' | 'institutionId' | 'membershipId' | 'memberCode' | 'name'
> {
  readonly approvedAt: Date;
  readonly admittedAt: Date;
}

/**
 * Files an admitted member with the council, in the transaction of the admission: there is no member whom the council
 * does not get to know of (charter art. 20). A case is filed once, by a key of the table.
 */
export async function fileWithCouncil(
  transaction: MutationTransaction,
  { approvedAt, admittedAt, ...member }: AdmittedMember,
): Promise<void> {
  const row = transaction.create(CouncilFilingEntity, {
    id: newId('CouncilFiling'),
    ...member,
    approvedOn: legalDate(approvedAt),
    admittedOn: legalDate(admittedAt),
    state: 'PENDING',
    stateSince: admittedAt,
    dueOn: councilFilingMachine.dueDate('PENDING', admittedAt),
    version: 1,
    createdAt: admittedAt,
  });
  await transaction.work(councilFilingWork, row);
}
