import type { DemoSession } from './demo-session.js';
import { GraphRefusal } from './graph-client.js';
import type { DemoSchools } from './learner-steps.js';

interface DemoAgreement {
  readonly id: string;
  readonly contentHash: string;
  readonly state: string;
  readonly version: number;
}

const title = '宁夏大学与宁夏职业技术大学学分互认协议';

const shown = 'agreement { id contentHash state version } userErrors { code message }';

/** Whether the agreement of `agreementSteps` was signed by both, whatever has become of it since. */
export async function agreementIsConcluded(session: DemoSession, schools: DemoSchools): Promise<boolean> {
  // The demo's is among the oldest, however many newcomers have proposed after it.
  const { agreements } = await session.as('admin')<{
    agreements: { edges: { node: { title: string; state: string } }[] };
  }>(
    `query ($filter: AgreementFilter) {
       agreements(last: 100, orderBy: NEWEST, filter: $filter) { edges { node { title state } } }
     }`,
    { filter: { partyId: schools.university } },
  );
  return agreements.edges.some(
    ({ node }) => node.title === title && !['PROPOSED', 'COUNTERED', 'APPROVED'].includes(node.state),
  );
}

/** One agreement between the two schools, approved by both with the same hash and signed by both. */
export async function agreementSteps(session: DemoSession, schools: DemoSchools): Promise<void> {
  const { proposeAgreement } = await session.as('admin')<{ proposeAgreement: { agreement: DemoAgreement } }>(
    `mutation ($input: ProposeAgreementInput!) { proposeAgreement(input: $input) { ${shown} } }`,
    {
      input: {
        institutionId: schools.university,
        partnerIds: [schools.polytechnic],
        kind: 'CREDIT_CONVERSION',
        content: {
          title,
          effectiveFrom: '2026-01-01',
          terms: [{ fromScheme: 'CN-16', toScheme: 'CN-18', numerator: 8, denominator: 9 }],
        },
        idempotencyKey: 'demo-agreement-nxu-nxpu',
      },
    },
  );
  const { id } = proposeAgreement.agreement;
  for (const [step, from] of [
    ['approveAgreement', ['PROPOSED', 'COUNTERED']],
    ['signAgreement', ['APPROVED']],
  ] as const) {
    for (const institutionId of [schools.university, schools.polytechnic]) {
      await take(session, step, from, id, institutionId);
    }
  }
}

async function take(
  session: DemoSession,
  step: string,
  from: readonly string[],
  id: string,
  institutionId: string,
): Promise<void> {
  const { agreement } = await session.as('admin')<{
    agreement: DemoAgreement;
  }>(`query ($id: ID!) { agreement(id: $id) { id contentHash state version } }`, { id });
  if (!from.includes(agreement.state)) return;
  const { contentHash, version } = agreement;
  const input = { agreementId: id, institutionId, contentHash, expectedVersion: version };
  const type = step === 'signAgreement' ? 'SignAgreementInput' : 'ApproveAgreementInput';
  try {
    await session.as('admin')(`mutation ($input: ${type}!) { ${step}(input: $input) { ${shown} } }`, {
      input,
    });
  } catch (error) {
    // Who proposes has approved; a start that was killed on the way finds its own step done.
    if (!(error instanceof GraphRefusal) || !error.codes.includes('AGREEMENT_PARTY_DONE')) throw error;
  }
}
