import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { creditCodeCheckCharacter } from '../../subgraphs/institutions/membership-cases/credit-code.js';
import { institutionIdOfSchool } from '../../subgraphs/alliance/schools.js';
import type { Asker } from '../support/asker.js';
import {
  bodyId,
  done,
  inboxHas,
  key,
  refused,
  rosterLine,
  sendFile,
  startGovernedAlliance,
  timePasses,
  today,
  yesterday,
  type GovernedAlliance,
  type Tree,
} from './governance-people.js';

/* One application from its draft to the roster, over the gateway; each test goes on where the last one stopped. */

const university = institutionIdOfSchool('ningxia-university');
const firstPart = '51640000MJX260703';
const creditCode = firstPart + creditCodeCheckCharacter(firstPart);

let alliance: GovernedAlliance;
let applicant: Asker;
let applied: Tree;
/** Experts of the pool with the principals that act as them. */
let experts: { id: string; version: number; acting: Asker }[];

beforeAll(async () => {
  alliance = await startGovernedAlliance();
  applicant = await alliance.house.asSubject('person-applicant');
}, 180_000);
afterAll(async () => alliance?.house[Symbol.asyncDispose]());

/** The case as somebody sees it. */
async function caseAs(by: Asker): Promise<Tree> {
  const { membershipCase } = await by.must(
    `{ membershipCase(id: "${applied.id}") { id state version conclusion votesPass supplementItems checklist { code }
       institution { id } membershipId reviews { id state version } } }`,
  );
  return membershipCase;
}

/** A step on the case as it is now. */
async function step(by: Asker, mutation: string, more: object = {}): Promise<Tree> {
  const { version } = await caseAs(by);
  return done(by, mutation, 'membershipCase', { caseId: applied.id, expectedVersion: version, ...more });
}

test('an association without a code of the Ministry applies, and hears at once all that is missing', async () => {
  const drafted = await done(applicant, 'openMembershipCase', 'membershipCase', {
    creditCode,
    content: { name: '西部继续教育协会', kind: 'ASSOCIATION', province: '宁夏回族自治区' },
    idempotencyKey: key(),
  });
  applied = drafted;
  const submission = { caseId: drafted.id, expectedVersion: drafted.version, idempotencyKey: key() };
  expect(await refused(applicant, 'submitMembershipCase', 'membershipCase', submission)).toEqual([
    'MEMBERSHIP_CASE_INCOMPLETE',
  ]);
  const letterUploadId = await sendFile(
    alliance.house,
    applicant,
    'createMembershipLetterUpload',
    '申请书.pdf',
    '%PDF-1.7',
  );
  await step(applicant, 'amendMembershipCase', {
    content: {
      contactName: '田玉梅',
      contactPhone: '0951-1234567',
      letterUploadId,
      acceptCharterVersion: '2016-07-15',
      attestTruth: true,
    },
  });
  expect((await step(applicant, 'submitMembershipCase', { idempotencyKey: key() })).state).toBe('SUBMITTED');
  // Nobody else hears of it, and it waits for the secretariat.
  expect(
    (
      await (
        await alliance.house.asSubject('person-beijing')
      ).ask(`{ membershipCase(id: "${applied.id}") { id } }`)
    ).data.membershipCase,
  ).toBeNull();
  await inboxHas(alliance.secretariat, 'MembershipCase', applied.id);
});

test('three experts are given the case; the one who is bound to the association steps back for another', async () => {
  await step(alliance.secretariat, 'beginCaseReview');
  experts = [];
  for (const place of [1, 2, 3, 4]) {
    const subject = `person-expert-${place}`;
    const nominated = await done(alliance.house.as('admin'), 'nominateExpert', 'expert', {
      nominatedBy: university,
      subject,
      name: `专家${place}`,
      institutionId: university,
      fields: ['06'],
      expertise: '继续教育质量保证',
      idempotencyKey: key(),
    });
    await inboxHas(alliance.secretariat, 'Expert', nominated.id);
    const confirmed = await done(alliance.secretariat, 'confirmExpert', 'expert', {
      expertId: nominated.id,
      expectedVersion: nominated.version,
    });
    experts.push({ ...confirmed, acting: await alliance.house.asSubject(subject) });
  }
  const [, , bound, other] = experts;
  await step(alliance.secretariat, 'assignCaseExperts', {
    expertIds: experts.slice(0, 3).map(({ id }) => id),
  });
  const { institutionId } = applied;
  await done(bound!.acting, 'declareConflict', 'expert', {
    expertId: bound!.id,
    institutionId,
    reason: '曾任该协会理事',
    idempotencyKey: key(),
  });
  const mine = (await caseAs(bound!.acting)).reviews[0];
  await inboxHas(bound!.acting, 'CaseReview', mine.id);
  await done(bound!.acting, 'declineCaseReview', 'caseReview', {
    caseReviewId: mine.id,
    expectedVersion: mine.version,
    reason: '存在利益关联',
  });
  await inboxHas(bound!.acting, 'CaseReview', mine.id, false);
  const { version } = await caseAs(alliance.secretariat);
  const again = { caseId: applied.id, expectedVersion: version, expertIds: [bound!.id] };
  expect(await refused(alliance.secretariat, 'assignCaseExperts', 'membershipCase', again)).toEqual([
    'EXPERT_CONFLICT',
  ]);
  await step(alliance.secretariat, 'assignCaseExperts', { expertIds: [other!.id] });
  experts = [experts[0]!, experts[1]!, other!];
});

test('the secretariat asks for a supplement, which the applicant gives', async () => {
  const dueOn = new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10);
  await step(alliance.secretariat, 'requestCaseSupplement', { items: ['法人登记证书'], dueOn });
  expect((await caseAs(applicant)).supplementItems).toEqual(['法人登记证书']);
  // The applicant is no official: while they are waited for, nobody's inbox has the case.
  await inboxHas(alliance.secretariat, 'MembershipCase', applied.id, false);
  const answered = await step(applicant, 'supplementMembershipCase', { answer: '登记证书见附件。' });
  expect(answered.state).toBe('UNDER_REVIEW');
  await inboxHas(alliance.secretariat, 'MembershipCase', applied.id);
});

test('the experts say what they think without reading each other, and the review passes by their votes', async () => {
  for (const [place, { acting }] of experts.entries()) {
    const { reviews, checklist } = await caseAs(acting);
    expect(reviews).toHaveLength(1);
    await done(acting, 'submitCaseOpinion', 'caseReview', {
      caseReviewId: reviews[0].id,
      expectedVersion: reviews[0].version,
      marks: checklist.map(({ code }: Tree) => ({ item: code, mark: 'MET' })),
      vote: place === 2 ? 'FAIL' : 'PASS',
      opinion: '材料齐全',
      idempotencyKey: key(),
    });
    await inboxHas(acting, 'CaseReview', reviews[0].id, false);
  }
  const passed = await step(alliance.secretariat, 'concludeCaseReview', { conclusion: '多数专家同意' });
  expect(passed.state).toBe('REVIEW_PASSED');
  expect((await caseAs(applicant)).reviews).toEqual([]);
});

test('the standing council of five admits it by a motion; the effect comes with the count', async () => {
  for (const member of alliance.council) await inboxHas(member, 'MembershipCase', applied.id);
  const motion = await alliance.decide('ADMIT_MEMBER', applied.id, ['YES', 'YES', 'YES', 'NO', 'ABSTAIN']);
  expect(motion).toMatchObject({
    state: 'CARRIED',
    electorate: 5,
    result: { carried: true, yes: 3, no: 1, abstain: 1 },
  });
  expect((await caseAs(alliance.secretariat)).state).toBe('APPROVED');
  for (const member of alliance.council) await inboxHas(member, 'MembershipCase', applied.id, false);
  await inboxHas(alliance.secretariat, 'MembershipCase', applied.id);
});

test('the secretariat activates it: the roster shows it today and not yesterday, and its administrator acts at once', async () => {
  const dossier = {
    institutionId: applied.institutionId,
    topic: 'PROFILE',
    visibility: 'PUBLIC',
    titleZh: '简介',
    textZh: '服务西部的继续教育。',
  };
  const early = await applicant.ask(
    'mutation ($input: AddDossierEntryInput!) { addDossierEntry(input: $input) { userErrors { code } } }',
    { input: { ...dossier, idempotencyKey: key() } },
  );
  expect(early.data.addDossierEntry).toBeNull();
  await step(alliance.secretariat, 'activateMembership', {
    memberCode: 'XBJX',
    charterVersion: '2016-07-15',
  });
  await inboxHas(alliance.secretariat, 'MembershipCase', applied.id, false);
  const everybody = alliance.house.asNobody;
  expect(await rosterLine(everybody, 'XBJX', today)).toMatchObject({
    name: '西部继续教育协会',
    state: 'ACTIVE',
    since: today,
  });
  expect(await rosterLine(everybody, 'XBJX', yesterday)).toBeUndefined();
  await done(applicant, 'addDossierEntry', 'dossierEntry', { ...dossier, idempotencyKey: key() });
  expect((await caseAs(applicant)).institution).toEqual({ id: applied.institutionId });
});

test('the council takes note of the filing at a meeting', async () => {
  const { councilFilings } = await alliance.chair.must(
    '{ councilFilings(filter: {state: PENDING}) { edges { node { id memberCode version } } } }',
  );
  const filing = councilFilings.edges
    .map(({ node }: Tree) => node)
    .find(({ memberCode }: Tree) => memberCode === 'XBJX');
  await inboxHas(alliance.chair, 'CouncilFiling', filing.id);
  const meeting = await done(alliance.secretariat, 'callMeeting', 'meeting', {
    bodyId: bodyId('COUNCIL'),
    kind: 'ORDINARY',
    title: { zh: '理事会会议', en: 'Meeting of the council' },
    agenda: [{ title: { zh: '新成员备案', en: 'Filing of new members' } }],
    startsAt: new Date(Date.now() + 3_600_000).toISOString(),
    place: '银川',
    idempotencyKey: key(),
  });
  await timePasses(
    alliance.house,
    `update institutions.meeting set starts_at = now() - interval '1 minute' where id = '${meeting.id}'`,
  );
  const input = { filingId: filing.id, expectedVersion: filing.version, meetingId: meeting.id };
  expect(await done(alliance.chair, 'acknowledgeFiling', 'filing', input)).toMatchObject({
    state: 'ACKNOWLEDGED',
    meetingId: meeting.id,
  });
  await inboxHas(alliance.chair, 'CouncilFiling', filing.id, false);
});

test('the dashboard counts it, for the secretariat and for a supervisor of its region on a visit', async () => {
  const question = `{ dashboard(purpose: "例会材料") { members { total } } }`;
  const { dashboard } = await alliance.secretariat.must(question);
  // Three of the demo, two more of the standing council, and the association.
  expect(dashboard.members.total).toBe(6);
  const supervisor = alliance.house.as('supervisor');
  expect((await supervisor.ask(question)).data.dashboard).toBeNull();
  const { supervisionScopes } = await supervisor.must('{ supervisionScopes { edges { node { id } } } }');
  await done(supervisor, 'openSupervision', 'supervisionVisit', {
    scopeId: supervisionScopes.edges[0].node.id,
    purpose: '区内成员年度检查',
    idempotencyKey: key(),
  });
  expect((await supervisor.must(question)).dashboard.members.total).toBe(4);
});
