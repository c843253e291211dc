import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { admissionWing } from '../../subgraphs/institutions/admission.wing.js';
import { institutionsModule } from '../../subgraphs/institutions/institutions.module.js';
import { creditCodeCheckCharacter } from '../../subgraphs/institutions/membership-cases/credit-code.js';
import type { Principal } from '../../subgraphs/kit/base/identity/principal.js';
import { createFileRoutes } from '../../subgraphs/kit/room/files/file-routes.js';
import type { RoomModule } from '../../subgraphs/kit/room/room-module.js';
import { appoint, closeMotion, openMotion, vote as castBallot } from './governance-room.js';
import { home, idempotencyKey, recordFoundingMember, secretariat } from './institutions-room.js';
import { person, startRoomOnPostgres, type Answer, type RoomOnPostgres } from './room-on-postgres.js';

export { home, idempotencyKey, secretariat };
export const applicant = person('applicant');
export const stranger = person('stranger');
export const homeAdmin = person('home-admin', `INSTITUTION_ADMIN@${home}`);
export const council = person('council', 'COUNCIL_MEMBER');

/** What was answered to a query of the test's own; its shape is the query's. */
export type Tree = Answer['data'];

/** The running room; `home` is a founding member that nominates experts and has the one seat of the standing council. */
export let room: RoomOnPostgres;
/** What the other rooms say of what a member owes. */
const nothingOwed = {
  data: { agreementObligations: { agreements: 0, applications: 0 }, depositObligations: { deposits: 0 } },
};
let filesUrl: string;
let stopFiles: () => Promise<unknown>;

/** Runs the room of institutions for a test file. */
export function useAdmissionHouse(module: RoomModule = institutionsModule): void {
  beforeAll(async () => {
    room = await startRoomOnPostgres(module, () => nothingOwed, { firstSecretariat: 'sec' });
    const routes = createFileRoutes(room.files);
    const server = createServer((request, response) => void routes(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    filesUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    stopFiles = () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      return closed;
    };
    await listInstitution(home);
    await recordFoundingMember(room, secretariat, {});
    await appoint(room, 0, 'STANDING_COUNCIL', { institutionId: home, subject: council.subject });
  });
  afterAll(async () => {
    await stopFiles();
    await room[Symbol.asyncDispose]();
  });
}

let number = 0;

/** Puts an institution on the roster, as an import of the Ministry's list does. */
export async function listInstitution(id = `inst_listed_${(number += 1)}`): Promise<string> {
  await room.sql.query(
    `insert into institution (id, name, kind, province, source, created_at)
     values ($1, $1, 'HIGHER_EDUCATION', '宁夏回族自治区', 't', now())`,
    [id],
  );
  return id;
}

/** A credit code that no other case of the test file has. */
export function newCreditCode(): string {
  const first = `91640100MA${String((number += 1)).padStart(7, '0')}`;
  return first + creditCodeCheckCharacter(first);
}

const shown: Record<string, string> = {
  membershipCase: `id caseNo institutionId isListed name kind creditCode province state version dueOn dueAt isOverdue
    contact { name phone email } letter { fileName sha256 } charterVersion charterAcceptedAt truthAttestedAt
    previousCaseNo completeness { item isComplete } supplementItems supplementAnswer checklist { code title article }
    votesPass votesFail conclusion motionNo approvedAt activatedAt membershipId institution { id name kind }
    timeline { place action fromState toState role remark } reviews { id state vote opinion version expert { id name } }
    availableActions { action allowed reason }`,
  caseReview: `id caseNo state marks { item mark remark } vote opinion reason dueAt version
    availableActions { action allowed reason }`,
  expert: `id name state version institutionId nominatedBy fields openReviews activeFrom activeTo
    conflicts { institutionId reason from to } availableActions { action allowed reason }`,
  filing: `id caseId memberCode name approvedOn admittedOn state dueAt isOverdue meetingId remark version
    availableActions { action allowed reason }`,
};

const payloadFields: Record<string, string> = {
  submitCaseOpinion: 'caseReview',
  amendCaseOpinion: 'caseReview',
  declineCaseReview: 'caseReview',
  releaseCaseReview: 'caseReview',
  nominateExpert: 'expert',
  confirmExpert: 'expert',
  retireExpert: 'expert',
  declareConflict: 'expert',
  acknowledgeFiling: 'filing',
};

/** Calls a mutation; faults fail the test. */
export async function send(by: Principal, mutation: string, input: object): Promise<Tree> {
  const field = payloadFields[mutation] ?? 'membershipCase';
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
  const answer = await room.ask(
    by,
    `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${field} { ${shown[field]} } userErrors { code path message } } }`,
    { input },
  );
  expect(answer.errors ?? []).toEqual([]);
  const payload = answer.data[mutation];
  return { ...payload, row: payload[field], codes: payload.userErrors.map(({ code }: Tree) => code) };
}

/** A mutation that is to succeed; gives what it changed. */
export async function done(by: Principal, mutation: string, input: object): Promise<Tree> {
  const { row, userErrors } = await send(by, mutation, input);
  expect([mutation, userErrors]).toEqual([mutation, []]);
  return row;
}

/** A step on a case as it was last seen. */
export const step = (of: Tree, extra: object = {}) => ({
  caseId: of.id,
  expectedVersion: of.version,
  ...extra,
});

/** A case as somebody sees it; null when they do not. */
export async function seen(by: Principal, id: string): Promise<Tree> {
  const { data, errors } = await room.ask(
    by,
    `query ($id: ID!) { membershipCase(id: $id) { ${shown['membershipCase']} } }`,
    { id },
  );
  expect(errors ?? []).toEqual([]);
  return data.membershipCase;
}

/** Sends a letter and gives its upload's id. */
export async function sendLetter(by: Principal): Promise<string> {
  const { data } = await room.ask(
    by,
    `mutation ($input: CreateMembershipLetterUploadInput!) {
       createMembershipLetterUpload(input: $input) { upload { uploadId url } userErrors { code } } }`,
    { input: { fileName: '入盟申请书.pdf', idempotencyKey: idempotencyKey() } },
  );
  const { uploadId, url } = data.createMembershipLetterUpload.upload;
  const response = await fetch(filesUrl + url, { method: 'PUT', body: Buffer.from('%PDF-1.7') });
  expect(response.ok).toBe(true);
  return uploadId as string;
}

/** Reads a link of the file store. */
export const readFile = (url: string) => fetch(filesUrl + url).then((response) => response.text());

/** Everything that an application of a listed institution has to say. */
export async function wholeContent(by: Principal = applicant): Promise<object> {
  return {
    contactName: '马兰',
    contactPhone: '0951-1234567',
    contactEmail: 'malan@example.cn',
    letterUploadId: await sendLetter(by),
    acceptCharterVersion: '2016-07-15',
    attestTruth: true,
  };
}

/** A complete draft, of a listed institution unless the input says otherwise. */
export async function draft(input: object = {}, by: Principal = applicant, content: object = {}) {
  const named = 'creditCode' in input || 'institutionId' in input;
  return done(by, 'openMembershipCase', {
    ...(named ? {} : { institutionId: await listInstitution() }),
    ...input,
    content: { ...(await wholeContent(by)), ...content },
    idempotencyKey: idempotencyKey(),
  });
}

/** The facts of an institution that is on no list. */
export const association = { name: '宁夏职业教育协会', kind: 'ASSOCIATION', province: '宁夏回族自治区' };

/** A case that has been submitted. */
export async function submitted(...[input, by = applicant, content]: Parameters<typeof draft>) {
  const drafted = await draft(input, by, content);
  return done(by, 'submitMembershipCase', step(drafted, { idempotencyKey: idempotencyKey() }));
}

/** An expert of the pool, nominated by home, with the principal that acts as them. */
export async function poolExpert(): Promise<{ expert: Tree; acting: Principal }> {
  number += 1;
  const subject = `expert-${number}`;
  const nominated = await done(homeAdmin, 'nominateExpert', {
    nominatedBy: home,
    subject,
    name: `专家${number}`,
    institutionId: await listInstitution(),
    fields: ['06'],
    expertise: '质量保证',
    idempotencyKey: idempotencyKey(),
  });
  const expert = await done(secretariat, 'confirmExpert', {
    expertId: nominated.id,
    expectedVersion: nominated.version,
  });
  return { expert, acting: person(subject, 'EXPERT') };
}

/** A case under review by so many experts. */
export async function underReview(size = 3, ...submission: Parameters<typeof submitted>) {
  const begun = await done(secretariat, 'beginCaseReview', step(await submitted(...submission)));
  const experts = [];
  for (let place = 0; place < size; place += 1) experts.push(await poolExpert());
  const reviewed = await done(
    secretariat,
    'assignCaseExperts',
    step(begun, { expertIds: experts.map(({ expert }) => expert.id) }),
  );
  return { reviewed, experts };
}

/** What an expert says of a case. */
export function opinionOn(of: Tree, vote: 'PASS' | 'FAIL' = 'PASS', opinion = '材料齐全') {
  const marks = of.checklist.map(({ code }: Tree) => ({ item: code, mark: 'MET' }));
  return { marks, vote, opinion };
}

/** The review of one expert, as the secretariat sees it. */
export async function reviewOf(of: Tree, expertId: string): Promise<Tree> {
  const { reviews } = await seen(secretariat, of.id);
  return reviews.findLast(({ expert }: Tree) => expert.id === expertId);
}

/** Lets an expert give an opinion. */
export async function vote(of: Tree, by: { expert: Tree; acting: Principal }, choice: 'PASS' | 'FAIL') {
  const review = await reviewOf(of, by.expert.id);
  return done(by.acting, 'submitCaseOpinion', {
    caseReviewId: review.id,
    expectedVersion: review.version,
    ...opinionOn(of, choice),
    idempotencyKey: idempotencyKey(),
  });
}

/** A case whose review was concluded by these votes. */
export async function concluded(votes: ('PASS' | 'FAIL')[], ...submission: Parameters<typeof submitted>) {
  const { reviewed, experts } = await underReview(votes.length, ...submission);
  for (const [place, choice] of votes.entries()) await vote(reviewed, experts[place]!, choice);
  const current = await seen(secretariat, reviewed.id);
  const after = await done(secretariat, 'concludeCaseReview', step(current, { conclusion: '评审意见汇总' }));
  return { after, experts };
}

/** A case that the standing council has approved. */
export async function approved(...submission: Parameters<typeof submitted>) {
  const { after } = await concluded(['PASS', 'PASS', 'FAIL'], ...submission);
  await decideMotion(after.id, true);
  return seen(secretariat, after.id);
}

/** How the secretariat is asked to activate an approved case, under a code that nobody has. */
export const activation = (of: Tree, extra: object = {}) =>
  step(of, { memberCode: `MEMBER-${(number += 1)}`, charterVersion: '2016-07-15', ...extra });

/** Makes the applicant of an approved case a member; a refusal is part of the answer. */
export const activate = (of: Tree, extra: object = {}): Promise<Tree> =>
  send(secretariat, 'activateMembership', activation(of, extra));

/** Lets the standing council, whose one seat is `council`, decide on a case by a motion; `by` opens it. */
export async function decideMotion(
  subjectId: string,
  carried: boolean,
  by: Principal = council,
): Promise<Tree> {
  const opened = await openMotion(room, by, 'STANDING_COUNCIL', { kind: 'ADMIT_MEMBER', subjectId });
  if (opened.motion === null) return opened;
  await castBallot(room, council, opened.motion.id, carried ? 'YES' : 'NO');
  return closeMotion(room, opened.motion.id);
}

/** What the room has told others, of one type, about one thing. */
export async function events(type: string, aggregateId: string): Promise<Tree[]> {
  const { rows } = await room.sql.query(
    'select payload from outbox_event where type = $1 and aggregate_id = $2 order by seq',
    [type, aggregateId],
  );
  return rows.map(({ payload }) => payload);
}

/** The machines that the wing declares. */
export const { machines } = admissionWing;
