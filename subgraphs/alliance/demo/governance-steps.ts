import { stableId } from '../../kit/base/ids.js';
import type { DemoSession } from './demo-session.js';
import { demoPeople } from './people.js';

/** The members that send somebody to the standing council, by who sits for them. */
export interface DemoSeats {
  readonly council: string;
  readonly admin: string;
  readonly chair: string;
}

const standingCouncil = stableId('Body', 'STANDING_COUNCIL');

/** Seats of the demo's people in the council and the standing council, and a motion that waits for their votes. */
export async function councilSteps(session: DemoSession, seats: DemoSeats): Promise<void> {
  for (const kind of ['COUNCIL', 'STANDING_COUNCIL']) {
    for (const role of ['chair', 'council', 'admin'] as const) {
      const { subject, name } = demoPeople[role];
      const input = {
        bodyId: stableId('Body', kind),
        institutionId: seats[role],
        subject,
        holderName: name,
        office: role === 'chair' ? 'CHAIR' : 'MEMBER',
        idempotencyKey: `demo-seat-${kind}-${role}`,
      };
      await session.as('secretariat')(
        `mutation ($input: AppointSeatInput!) { appointSeat(input: $input) { userErrors { message } } }`,
        { input },
      );
    }
  }
  await session.as('chair')(
    `mutation ($input: OpenMotionInput!) { openMotion(input: $input) { userErrors { message } } }`,
    {
      input: {
        bodyId: standingCouncil,
        kind: 'GENERAL',
        title: { zh: '关于下一年度工作计划', en: 'On the plan of work for the next year' },
        text: '请审议并表决秘书处拟定的下一年度工作计划。',
        idempotencyKey: 'demo-motion-plan',
      },
    },
  );
}

/** An application of an association that is on no list of the Ministry; it waits for its review. */
export async function applicationSteps(session: DemoSession): Promise<void> {
  const letterUploadId = await session.upload(
    'applicant',
    'createMembershipLetterUpload',
    'demo/letter.txt',
    'letter.txt',
  );
  const { openMembershipCase } = await session.as('applicant')<{
    openMembershipCase: { membershipCase: { id: string; version: number } };
  }>(
    `mutation ($input: OpenMembershipCaseInput!) {
       openMembershipCase(input: $input) { membershipCase { id version } userErrors { message } }
     }`,
    {
      input: {
        creditCode: '51640000MJX202601G',
        content: {
          name: '宁夏职业教育协会',
          kind: 'ASSOCIATION',
          province: '宁夏回族自治区',
          contactName: demoPeople.applicant.name,
          contactPhone: '0951-0000000',
          letterUploadId,
          acceptCharterVersion: '2016-07-15',
          attestTruth: true,
        },
        idempotencyKey: 'demo-application',
      },
    },
  );
  const { id: caseId, version: expectedVersion } = openMembershipCase.membershipCase;
  await session.as('applicant')(
    `mutation ($input: SubmitMembershipCaseInput!) { submitMembershipCase(input: $input) { userErrors { message } } }`,
    { input: { caseId, expectedVersion, idempotencyKey: 'demo-application-submitted' } },
  );
}

/** What a supervisor may look at; what is seen, and why, begins with a visit. */
export async function supervisionSteps(session: DemoSession): Promise<void> {
  await session.as('secretariat')(
    `mutation ($input: GiveSupervisionScopeInput!) {
       giveSupervisionScope(input: $input) { userErrors { message } }
     }`,
    {
      input: {
        authority: '宁夏回族自治区教育厅',
        subject: demoPeople.supervisor.subject,
        provinces: ['宁夏回族自治区'],
        from: '2026-01-01',
        to: '2099-01-01',
        legalBasis: '演示：对区内成员单位的例行检查',
        idempotencyKey: 'demo-supervision-scope',
      },
    },
  );
}
