import { legalDate } from '../../subgraphs/kit/base/clock.js';
import { stableId } from '../../subgraphs/kit/base/ids.js';
import { startTestAlliance, type TestAlliance } from '../support/alliance.js';
import type { Asker, HttpAnswer } from '../support/asker.js';
import { eventually } from '../support/eventually.js';

/** What was answered; its shape is that of what was asked. */
export type Tree = HttpAnswer['data'];

/** Today and yesterday, as the law counts days. */
export const today = legalDate(new Date());
export const yesterday = legalDate(new Date(Date.now() - 86_400_000));

/** The id of a body that the charter establishes. */
export const bodyId = (kind: string): string => stableId('Body', kind);

let serial = 0;
/** A key that nobody else of the file uses. */
export const key = (): string => `story-key-${(serial += 1)}`;

/** What each thing is asked for after a step. */
const shown: Readonly<Record<string, string>> = {
  membershipCase: `id caseNo institutionId state version checklist { code } supplementItems
    reviews { id version state }`,
  caseReview: 'id state version',
  expert: 'id state version',
  filing: 'id state meetingId version',
  membership: 'id state version',
  motion: 'id motionNo state version electorate result { carried yes no abstain }',
  meeting: 'id state version',
  seat: 'id',
  violationCase: 'id caseNo state version',
  exit: 'id exitNo state version motionNo',
  agreement: 'id state version',
  dossierEntry: 'id',
  rosterComparison: 'state',
  supervisionScope: 'id',
  supervisionVisit: 'id version',
  grant: 'id',
};

/** Takes a step that is to succeed. @returns what it changed */
export async function done(by: Asker, mutation: string, of: string, input: object): Promise<Tree> {
  const payload = await send(by, mutation, of, input);
  if (payload.userErrors.length > 0) throw new Error(`${mutation}: ${JSON.stringify(payload.userErrors)}`);
  return payload[of];
}

/** Takes a step that is to be refused. @returns the codes */
export async function refused(by: Asker, mutation: string, of: string, input: object): Promise<string[]> {
  return (await send(by, mutation, of, input)).userErrors.map(({ code }: Tree) => code);
}

function send(by: Asker, mutation: string, of: string, input: object): Promise<Tree> {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
  return by.mutate(mutation, type, { ...input }, `${of} { ${shown[of]} }`);
}

/** Waits until a task of a type is, or is not, in somebody's inbox as one that waits for them. */
export async function inboxHas(of: Asker, type: string, subjectId: string, wanted = true): Promise<void> {
  const question = `{ tasks(filter: {types: ["${type}"]}, first: 100) { edges { node { subjectId waitsForMe } } } }`;
  await eventually(
    async () => {
      const { tasks } = await of.must(question);
      const waits = ({ node }: Tree) => node.waitsForMe && node.subjectId === subjectId;
      return tasks.edges.some(waits) === wanted;
    },
    () => `${type} ${subjectId} is ${wanted ? 'not in' : 'still in'} the inbox.`,
  );
}

/** The line of a member on the public roster of a date; undefined when it is not there. */
export async function rosterLine(of: Asker, memberCode: string, asOf: string): Promise<Tree> {
  const { members } = await of.must(
    `query ($asOf: Date, $filter: MembersFilter) {
       members(asOf: $asOf, filter: $filter) { edges { node { memberCode name state since until } } } }`,
    { asOf, filter: { search: memberCode } },
  );
  return members.edges.map(({ node }: Tree) => node).find((line: Tree) => line.memberCode === memberCode);
}

/** Sends bytes to the address that a mutation opens. @returns the upload's id */
export async function sendFile(
  house: TestAlliance,
  by: Asker,
  mutation: string,
  fileName: string,
  bytes: string,
): Promise<string> {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
  const { upload } = await by.mutate(
    mutation,
    type,
    { fileName, idempotencyKey: key() },
    'upload { uploadId url }',
  );
  const response = await fetch(new URL(upload.url, house.url), { method: 'PUT', body: bytes });
  if (!response.ok) throw new Error(`The upload was answered with ${response.status}.`);
  return upload.uploadId;
}

/** What days of waiting would do to a row; no guard of the database looks, as none looks when time passes. */
export async function timePasses(house: TestAlliance, statement: string): Promise<void> {
  await house.sql(`begin; set local session_replication_role = replica; ${statement}; commit`);
}

/** The demo alliance with a standing council of five: the three of the demo and two more. */
export async function startGovernedAlliance() {
  const house = await startTestAlliance();
  const secretariat = house.as('secretariat');
  const council: Asker[] = [house.as('chair'), house.as('council'), house.as('admin')];
  for (const [moeCode, memberCode, subject] of [
    ['4111010001', 'PKU', 'person-beijing'],
    ['4111010003', 'THU', 'person-qinghua'],
  ] as const) {
    const { institutionByCode } = await secretariat.must(
      `{ institutionByCode(moeCode: "${moeCode}") { id } }`,
    );
    await done(secretariat, 'recordFoundingMember', 'membership', {
      institutionId: institutionByCode.id,
      memberCode,
      joinedOn: '2016-07-15',
      charterVersion: '2016-07-15',
      idempotencyKey: key(),
    });
    await done(secretariat, 'appointSeat', 'seat', {
      bodyId: bodyId('STANDING_COUNCIL'),
      institutionId: institutionByCode.id,
      subject,
      holderName: memberCode,
      office: 'MEMBER',
      idempotencyKey: key(),
    });
    council.push(await house.asSubject(subject));
  }

  return {
    house,
    secretariat,
    council,
    chair: council[0]!,

    /** Gives somebody a role, as the secretariat does. */
    async official(subject: string, role: string, institutionId?: string): Promise<Asker> {
      await done(secretariat, 'giveGrant', 'grant', { subject, role, institutionId, idempotencyKey: key() });
      return house.asSubject(subject);
    },

    /**
     * The standing council votes on a motion of the chair, each of the five for themselves, and the secretariat counts.
     * @returns the motion as it was closed
     */
    async decide(kind: string, subjectId: string, choices: readonly string[]): Promise<Tree> {
      const motion = await done(council[0]!, 'openMotion', 'motion', {
        bodyId: bodyId('STANDING_COUNCIL'),
        kind,
        subjectId,
        title: { zh: '请表决', en: 'To be decided' },
        text: '请常务理事会表决。',
        idempotencyKey: key(),
      });
      for (const [place, choice] of choices.entries()) {
        await inboxHas(council[place]!, 'Motion', motion.id);
        const vote = { motionId: motion.id, choice, idempotencyKey: key() };
        await done(council[place]!, 'castBallot', 'motion', vote);
        await inboxHas(council[place]!, 'Motion', motion.id, false);
      }
      const { motion: voted } = await secretariat.must(`{ motion(id: "${motion.id}") { version } }`);
      return done(secretariat, 'closeMotion', 'motion', {
        motionId: motion.id,
        expectedVersion: voted.version,
      });
    },
  };
}

/** The running alliance. */
export type GovernedAlliance = Awaited<ReturnType<typeof startGovernedAlliance>>;
