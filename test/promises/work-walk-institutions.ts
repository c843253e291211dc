import { institutionsModule } from '../../subgraphs/institutions/institutions.module.js';
import type { Principal } from '../../subgraphs/kit/base/identity/principal.js';
import { newId } from '../../subgraphs/kit/base/ids.js';
import { appoint, body } from '../rooms/governance-room.js';
import { person, startRoomOnPostgres } from '../rooms/room-on-postgres.js';
import type { FoundRow, Sent, Walk } from './work-walker.js';

const key = () => ({ idempotencyKey: newId('Request') });
const reasoned = { reason: '材料不全' };
const title = { zh: '关于年度计划', en: 'On the plan of the year' };
const articles = [{ heading: title, text: title }];
const secretariat = person('sec', 'SECRETARIAT');
const otherSecretariat = person('sec-2', 'SECRETARIAT');
const adminOf = (institutionId: unknown) =>
  person(`adm ${institutionId as string}`, `INSTITUTION_ADMIN@${institutionId as string}`);
const chair = person('person_1');
const inDays = (days: number) =>
  new Date(Date.parse('2026-01-15T08:00:00Z') + days * 86_400_000).toISOString();

/** Who takes an action on a row, and what they bring with them besides the row and its version. */
type Step = (row: FoundRow, n: number) => { by: Principal; more?: object };

const bySecretariat: Step = () => ({ by: secretariat });
const bySecretariatWhy: Step = () => ({ by: secretariat, more: reasoned });
const byOwnWhy: Step = (row) => ({ by: adminOf(row['institution_id']), more: reasoned });
const byLead: Step = (row) => ({ by: adminOf(row['lead_institution_id']) });
const byLeadWhy: Step = (row) => ({ by: adminOf(row['lead_institution_id']), more: reasoned });

/** By type: the field of the input that names the row, and how each action is taken. */
const drivers: Record<string, { id: string; steps: Record<string, Step> }> = {
  Membership: {
    id: 'membershipId',
    steps: {
      suspendMembership: bySecretariatWhy,
      reinstateMembership: bySecretariatWhy,
      proposeInactivityExit: () => ({ by: secretariat, more: { ...reasoned, ...key() } }),
      requestVoluntaryExit: (row) => ({
        by: adminOf(row['institution_id']),
        more: { ...reasoned, ...key() },
      }),
    },
  },
  MembershipExit: { id: 'exitId', steps: { withdrawExit: bySecretariatWhy, completeExit: bySecretariat } },
  ViolationCase: {
    id: 'caseId',
    steps: {
      addViolationEvidence: () => ({ by: secretariat, more: { text: '成绩单' } }),
      answerViolation: (row) => ({ by: adminOf(row['institution_id']), more: { text: '说明' } }),
      concludeViolation: () => ({ by: otherSecretariat, more: { conclusion: '情节严重' } }),
      closeViolationCase: () => ({
        by: otherSecretariat,
        more: { finding: 'WARNING', conclusion: '予以警告' },
      }),
      proposeViolationExit: () => ({ by: secretariat, more: key() }),
    },
  },
  Webhook: {
    id: 'webhookId',
    steps: Object.fromEntries(
      ['pauseWebhook', 'resumeWebhook', 'rotateWebhookSecret', 'testWebhook', 'retireWebhook'].map((name) => [
        name,
        (row: FoundRow) => ({ by: adminOf(row['institution_id']) }),
      ]),
    ),
  },
  Seat: {
    id: 'seatId',
    steps: {
      renewSeat: bySecretariat,
      endSeat: bySecretariatWhy,
      replaceSeatHolder: (_, n) => ({
        by: secretariat,
        more: { ...reasoned, subject: `deputy_${n}`, holderName: '代表', ...key() },
      }),
    },
  },
  Motion: {
    id: 'motionId',
    steps: {
      withdrawMotion: bySecretariatWhy,
      closeMotion: bySecretariat,
    },
  },
  Meeting: {
    id: 'meetingId',
    steps: {
      withdrawMeetingRequest: () => ({ by: person('person_2'), more: reasoned }),
      scheduleMeeting: () => ({ by: secretariat, more: { agenda: [], startsAt: inDays(20), place: '银川' } }),
      cancelMeeting: bySecretariatWhy,
      recordMinutes: () => ({ by: secretariat, more: { text: '纪要' } }),
      approveMinutes: (row) => ({ by: chair, more: { edition: row['minutes_edition'] } }),
      closeMeeting: bySecretariat,
    },
  },
  Regulation: {
    id: 'regulationId',
    steps: {
      amendRegulationDraft: () => ({ by: secretariat, more: { articles, effectiveFrom: '2027-01-01' } }),
      withdrawRegulationDraft: bySecretariatWhy,
    },
  },
  Expert: { id: 'expertId', steps: { confirmExpert: bySecretariat, retireExpert: bySecretariatWhy } },
  MemberReport: {
    id: 'reportId',
    steps: {
      submitMemberReport: (row) => ({ by: adminOf(row['institution_id']), more: key() }),
      acceptMemberReport: bySecretariat,
      returnMemberReport: bySecretariatWhy,
    },
  },
  MembershipCase: {
    id: 'caseId',
    steps: {
      submitMembershipCase: () => ({ by: person('applicant'), more: key() }),
      withdrawMembershipCase: () => ({ by: person('applicant'), more: reasoned }),
      beginCaseReview: bySecretariat,
      closeMembershipCase: bySecretariatWhy,
    },
  },
  SubAlliance: {
    id: 'subAllianceId',
    steps: {
      withdrawSubAlliance: byLeadWhy,
      proposeSubAllianceEnd: (row) => ({
        by: adminOf(row['lead_institution_id']),
        more: { ...reasoned, ...key() },
      }),
      resumeSubAlliance: byLeadWhy,
    },
  },
  SubAllianceMember: {
    id: 'subAllianceMemberId',
    steps: { admitToSubAlliance: byLead, refuseSubAllianceMember: byLeadWhy, leaveSubAlliance: byOwnWhy },
  },
  SubAllianceReport: {
    id: 'subAllianceReportId',
    steps: {
      inspectSubAlliance: () => ({ by: secretariat, more: { finding: 'SATISFACTORY', remark: '良好' } }),
    },
  },
};

/** Actions whose input names no version: votes of several people do not stand in each other's way. */
function unversioned(type: string, action: string, { id }: FoundRow, n: number): Sent | undefined {
  const voter = person(`person_${(n % 3) + 1}`);
  if (type === 'Motion' && action === 'castBallot')
    return {
      by: voter,
      mutation: action,
      input: { motionId: id, choice: n % 4 === 0 ? 'NO' : 'YES', ...key() },
    };
  if (type === 'Meeting' && action === 'supportSpecialMeeting')
    return { by: voter, mutation: action, input: { meetingId: id, ...key() } };
  if (type === 'Membership' && action === 'openViolationCase')
    return {
      by: secretariat,
      mutation: action,
      input: { membershipId: id, provision: 'charter art. 12(3)', summary: '虚假证明', ...key() },
    };
  return undefined;
}

/** What may be sent besides the actions. */
function make(n: number): Sent[] {
  const of = (by: Principal, mutation: string, input: object): Sent => ({
    by,
    mutation,
    input: { ...input, ...key() },
  });
  const institutionId = `inst_${(n % 3) + 1}`;
  return [
    of(secretariat, 'recordFoundingMember', {
      institutionId: `inst_${n + 4}`,
      memberCode: `M${n}`,
      joinedOn: '2020-01-01',
      charterVersion: '1',
    }),
    of(adminOf(institutionId), 'registerWebhook', {
      institutionId,
      url: `https://hooks.example.edu.cn/${n}`,
      events: ['AGREEMENT_SIGNED'],
    }),
    of(secretariat, 'appointSeat', {
      bodyId: body('REVIEW_COMMITTEE'),
      institutionId,
      subject: `person_of_${institutionId}`,
      holderName: '代表',
      office: 'MEMBER',
    }),
    of(secretariat, 'openMotion', {
      bodyId: body('COUNCIL'),
      kind: 'GENERAL',
      title,
      text: '请表决。',
    }),
    of(secretariat, 'callMeeting', {
      bodyId: body('COUNCIL'),
      kind: 'ORDINARY',
      title,
      agenda: [],
      startsAt: inDays(10),
      place: '银川',
    }),
    of(person('person_2'), 'requestSpecialMeeting', { bodyId: body('COUNCIL'), title }),
    of(secretariat, 'createRegulationDraft', {
      code: 'FEES',
      edition: `${n}`,
      title,
      articles,
      effectiveFrom: '2027-01-01',
    }),
    of(adminOf(institutionId), 'nominateExpert', {
      nominatedBy: institutionId,
      subject: `expert_${n}`,
      name: '专家',
      institutionId,
      fields: ['06'],
      expertise: '质量保证',
    }),
    of(adminOf(institutionId), 'saveMemberReport', {
      institutionId,
      year: 2010 + (n % 15),
      teachers: 1,
      reformedCourses: 1,
      beneficiaries: 1,
      provinces: [],
    }),
    of(person('applicant'), 'openMembershipCase', { institutionId: `inst_${n + 100}` }),
    of(adminOf(institutionId), 'applyForSubAlliance', {
      institutionId,
      name: { zh: `分盟${n}`, en: `Sub-alliance ${n}` },
      kind: 'INDUSTRY',
      field: '物流',
      purpose: '行业内互认。',
    }),
  ];
}

/** The room of institutions, all wings. Not started: what background work sends is no part of the walk. */
export const institutions: Walk = {
  module: institutionsModule,
  steps: 250,
  async start() {
    const room = await startRoomOnPostgres(
      institutionsModule,
      ({ subgraph }) => ({
        data:
          subgraph === 'agreements'
            ? { agreementObligations: { agreements: 0, applications: 0 } }
            : { depositObligations: { deposits: 0 } },
      }),
      { firstSecretariat: 'sec' },
    );
    await room.sql.query(
      `insert into institution (id, name, kind, source, created_at)
       select 'inst_' || n, 'n', 'HIGHER_EDUCATION', 't', now() from generate_series(0, 600) n`,
    );
    for (const n of [1, 2, 3]) {
      const input = `{ institutionId: "inst_${n}", memberCode: "F${n}", joinedOn: "2020-01-01", charterVersion: "1",
        idempotencyKey: "founding-${n}" }`;
      await room.ask(
        secretariat,
        `mutation { recordFoundingMember(input: ${input}) { userErrors { code } } }`,
      );
      await appoint(room, n, 'COUNCIL', { office: n === 1 ? 'CHAIR' : 'MEMBER' });
    }
    return room;
  },
  make,
  act(type, action, row, n) {
    const driver = drivers[type];
    const step = driver?.steps[action]?.(row, n);
    if (driver === undefined || step === undefined) return unversioned(type, action, row, n);
    return {
      by: step.by,
      mutation: action,
      input: { [driver.id]: row.id, expectedVersion: row.version, ...step.more },
    };
  },
};
