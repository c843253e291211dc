import { createHmac } from 'node:crypto';
import type { LinkCall } from '../../subgraphs/kit/base/link/link.js';
import { learnersModule } from '../../subgraphs/learners/learners.module.js';
import { MemberStandings } from './member-standings.js';
import { person, startRoomOnPostgres, type Answer, type RoomOnPostgres } from './room-on-postgres.js';

export const number = '11010519491231002X';
export const learner = person('demo-learner');
export const registrar = person('demo-registrar', 'REGISTRAR@inst_nxu');
export const admin = person('demo-admin', 'INSTITUTION_ADMIN@inst_nxu');
export const stranger = person('somebody');
export const elsewhere = person('other-registrar', 'REGISTRAR@inst_other');

export const result = {
  nativeKey: '2018001|K1',
  courseCode: 'CS101',
  courseName: '程序设计',
  credits: '3.5',
  creditScheme: 'CN-16',
  hours: '56',
  nativeGrade: '86',
  gradeScale: 'CN-PERCENT',
  passed: true,
  attemptKind: 'FIRST',
  exempted: false,
  term: { code: '2018-2019-1' },
  recordedOn: '2019-01-20',
  provenance: {
    system: 'zf',
    method: 'SQL',
    asOf: '2026-01-15T08:00:00Z',
    freshness: 'LIVE',
    evidenceHash: 'sha256:00',
  },
};
export const openAccount = `mutation ($input: OpenAccountInput!) { openAccount(input: $input) {
  account { id state version dueAt availableActions { action allowed reason } learner { id legalName } }
  userErrors { code path } } }`;
export const verifyIdentity = `mutation ($input: VerifyIdentityInput!) { verifyIdentity(input: $input) {
  account { id state version } userErrors { code path } } }`;
export const linkRecord = `mutation ($input: LinkStudentRecordInput!) { linkStudentRecord(input: $input) {
  link { studentNumber confirmedAt } userErrors { code } } }`;
export const enterDeposit = `mutation ($input: EnterDepositInput!) { enterDeposit(input: $input) {
  deposit { id state version credits { amount scheme } enteredBy dueAt availableActions { action allowed reason } }
  userErrors { code message } } }`;
export const reviewDeposit = `mutation ($input: ReviewDepositInput!) { reviewDeposit(input: $input) {
  deposit { id state version reviewedBy } userErrors { code } } }`;
export const revokeDeposit = `mutation ($input: RevokeDepositInput!) { revokeDeposit(input: $input) {
  deposit { id state reason } userErrors { code } } }`;
export const accountSteps = (
  name: string,
) => `mutation ($input: ${name.replace(/^./, (first) => first.toUpperCase())}Input!) { ${name}(input: $input) {
  account { id state version } userErrors { code } } }`;

/** A row that can be changed. */
export interface Versioned {
  readonly id: string;
  readonly version: number;
}

/** A school that answers like the records contract; it holds the number above for every record 20180…. */
class School {
  results: object[] | null = [];
  isDown = false;
  readonly sent: LinkCall[] = [];

  answer(call: LinkCall) {
    this.sent.push(call);
    if (this.isDown) return { data: null, errors: [{ message: 'down' }] };
    const { variables = {} } = call;
    const [record] = variables['representations'] as { studentNumber: string }[];
    if (!record!.studentNumber.startsWith('20180')) return { data: { _entities: [null] } };
    if (!call.query.includes('heldBy')) return { data: { _entities: [{ results: this.results }] } };
    const expected = createHmac('sha256', String(variables['salt'])).update(number).digest('hex');
    const held = variables['name'] === '陈思远' && variables['identityNumberHash'] === expected;
    return { data: { _entities: [{ heldBy: held }] } };
  }
}

/** The learners room with a school behind it, and the steps that tests take again and again. */
export interface LearnersHouse extends RoomOnPostgres {
  readonly school: School;
  readonly members: MemberStandings;
  /** The service points that the room of institutions knows, by id. */
  readonly servicePoints: Record<
    string,
    { hostInstitutionId: string; validFrom: string; validTo: string | null }
  >;
  idempotencyKey(): string;
  /** The variables of `openAccount`. */
  opening(changes?: object): { input: object };
  /** The variables of `enterDeposit`. */
  deposited(nativeKey: string, studentNumber?: string): { input: object };
  enter(nativeKey: string, studentNumber?: string): Promise<Versioned>;
  approve(deposit: Versioned, by?: typeof admin): Promise<Answer>;
  verify(account: Versioned, by?: typeof admin, changes?: object): Promise<Answer>;
  link(studentNumber: string, who?: typeof learner): Promise<Answer>;
  eventTypes(): Promise<string[]>;
}

/** Starts the room. */
export async function startLearnersHouse(): Promise<LearnersHouse> {
  const school = new School();
  const members = new MemberStandings();
  const servicePoints: LearnersHouse['servicePoints'] = {};
  const room = await startRoomOnPostgres(learnersModule, (call) => {
    if (!members.isAsked(call)) return school.answer(call);
    if (!call.query.includes('servicePoint(') || members.isDown) return members.answer(call);
    return { data: { servicePoint: servicePoints[String(call.variables?.['id'])] ?? null } };
  });
  let key = 0;
  const idempotencyKey = () => `test-key-${(key += 1)}`;
  const deposited = (nativeKey: string, studentNumber = '2018001') => ({
    input: { institutionId: 'inst_nxu', studentNumber, nativeKey, idempotencyKey: idempotencyKey() },
  });
  return {
    ...room,
    school,
    members,
    servicePoints,
    idempotencyKey,
    deposited,
    opening: (changes = {}) => ({
      input: {
        legalName: '陈思远',
        identityNumber: number,
        institutionId: 'inst_nxu',
        idempotencyKey: idempotencyKey(),
        ...changes,
      },
    }),
    async enter(nativeKey, studentNumber) {
      school.results = [{ ...result, nativeKey }];
      const answer = await room.ask(registrar, enterDeposit, deposited(nativeKey, studentNumber));
      return answer.data.enterDeposit.deposit as Versioned;
    },
    approve: (deposit, by = admin) =>
      room.ask(by, reviewDeposit, {
        input: { depositId: deposit.id, expectedVersion: deposit.version, decision: 'APPROVE' },
      }),
    verify: (account, by = registrar, changes = {}) =>
      room.ask(by, verifyIdentity, {
        input: {
          accountId: account.id,
          expectedVersion: account.version,
          decision: 'CONFIRM',
          legalName: '陈思远',
          identityNumber: number,
          ...changes,
        },
      }),
    link: (studentNumber, who = learner) =>
      room.ask(who, linkRecord, {
        input: { institutionId: 'inst_nxu', studentNumber, idempotencyKey: idempotencyKey() },
      }),
    async eventTypes() {
      const events = await room.sql.query(
        `select type from outbox_event where type <> 'WorkChanged' order by seq`,
      );
      return events.rows.map(({ type }) => type as string);
    },
  };
}
