import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import type { OutstandingObligations } from './membership-exit.types.js';

const ofAgreements = `query ObligationsOfAgreements($institutionId: ID!) {
  agreementObligations(institutionId: $institutionId) { agreements applications }
}`;
const ofLearners = `query ObligationsOfLearners($institutionId: ID!) {
  depositObligations(institutionId: $institutionId) { deposits }
}`;

/**
 * What a member still owes, asked of the rooms that know it, as a service: the counts are whole whoever asks. To be
 * called outside a transaction.
 * @throws AmrloError `UPSTREAM_UNAVAILABLE` when one of them does not answer; what is unknown is not none
 */
export async function obligationsOf(
  scope: RequestScope,
  institutionId: string,
): Promise<OutstandingObligations> {
  const [agreed, learned] = await Promise.all([
    scope
      .remote('agreements')
      .queryAsService<{ agreementObligations: { agreements: number; applications: number } }>(
        'institutions',
        ofAgreements,
        { institutionId },
      ),
    scope
      .remote('learners')
      .queryAsService<{ depositObligations: { deposits: number } }>('institutions', ofLearners, {
        institutionId,
      }),
  ]);
  const { agreements, applications } = agreed.agreementObligations;
  const { deposits } = learned.depositObligations;
  return { institutionId, agreements, applications, deposits, total: agreements + applications + deposits };
}
