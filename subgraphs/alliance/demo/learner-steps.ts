import type { DemoSession } from './demo-session.js';
import { demoPeople } from './people.js';

/** The two schools of the demo. */
export interface DemoSchools {
  readonly university: string;
  readonly polytechnic: string;
}

/** The demo learner at the university (Zhengfang) and at the polytechnic (OneRoster). */
export const demoStudentNumbers = { university: '12019240001', polytechnic: 's-20230001' } as const;

/** Region, birth date and check digit are sound; the person is invented. */
const identityNumber = '640104200105120014';

/** The results that the registrar enters; the last one is left for a newcomer to review. */
const enteredResults = [
  '(2019-2020-1)-24010101-20051-1',
  '(2019-2020-1)-24020201-20052-1',
  '(2020-2021-1)-24020202-20052-1',
] as const;

interface Versioned {
  readonly id: string;
  readonly version: number;
}

/** Opens the learner's account, links both school records, enters three results and reviews two of them. */
export async function learnerSteps(session: DemoSession, schools: DemoSchools): Promise<void> {
  await openAccount(session, schools.university);
  for (const school of ['university', 'polytechnic'] as const) {
    await session.as('learner')(
      `mutation ($input: LinkStudentRecordInput!) {
         linkStudentRecord(input: $input) { userErrors { message } }
       }`,
      {
        input: {
          institutionId: schools[school],
          studentNumber: demoStudentNumbers[school],
          idempotencyKey: `demo-link-${school}`,
        },
      },
    );
  }
  const entered: Versioned[] = [];
  for (const nativeKey of enteredResults)
    entered.push(await enterDeposit(session, schools.university, nativeKey));
  for (const deposit of entered.slice(0, 2)) await review(session, deposit.id);
}

async function openAccount(session: DemoSession, institutionId: string): Promise<void> {
  const { openAccount: opened } = await session.as('learner')<{ openAccount: { account: { id: string } } }>(
    `mutation ($input: OpenAccountInput!) { openAccount(input: $input) { account { id } userErrors { message } } }`,
    {
      input: {
        legalName: demoPeople.learner.name,
        identityNumber,
        institutionId,
        idempotencyKey: 'demo-account-learner',
      },
    },
  );
  const { me } = await session.as('learner')<{ me: { account: Versioned & { state: string } } }>(
    `{ me { account { id version state } } }`,
  );
  if (me.account.state === 'ACTIVE') return;
  await session.as('registrar')(
    `mutation ($input: VerifyIdentityInput!) {
       verifyIdentity(input: $input) { account { state } userErrors { message } }
     }`,
    {
      input: {
        accountId: opened.account.id,
        expectedVersion: me.account.version,
        decision: 'CONFIRM',
        legalName: demoPeople.learner.name,
        identityNumber,
      },
    },
  );
}

async function enterDeposit(session: DemoSession, institutionId: string, key: string): Promise<Versioned> {
  const studentNumber = demoStudentNumbers.university;
  const { enterDeposit: payload } = await session.as('registrar')<{ enterDeposit: { deposit: Versioned } }>(
    `mutation ($input: EnterDepositInput!) {
       enterDeposit(input: $input) { deposit { id version } userErrors { message } }
     }`,
    {
      input: {
        institutionId,
        studentNumber,
        nativeKey: `${studentNumber}|${key}`,
        idempotencyKey: `demo-deposit-${key}`,
      },
    },
  );
  return payload.deposit;
}

async function review(session: DemoSession, depositId: string): Promise<void> {
  const { deposit } = await session.as('admin')<{ deposit: Versioned & { state: string } }>(
    `query ($id: ID!) { deposit(id: $id) { id version state } }`,
    { id: depositId },
  );
  if (deposit.state !== 'VALIDATED') return;
  await session.as('admin')(
    `mutation ($input: ReviewDepositInput!) {
       reviewDeposit(input: $input) { deposit { state } userErrors { message } }
     }`,
    { input: { depositId, expectedVersion: deposit.version, decision: 'APPROVE' } },
  );
}
