import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { institutionIdOfSchool } from '../../subgraphs/alliance/schools.js';
import type { Asker } from '../support/asker.js';
import { eventually } from '../support/eventually.js';
import {
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

/* One member's way out, over the gateway; each test goes on where the last one stopped. */

const polytechnic = institutionIdOfSchool('ningxia-polytechnic');
const oldName = '宁夏职业技术大学';

let alliance: GovernedAlliance;
let admin: Asker;
let secondOfficer: Asker;
let violation: Tree;
let exit: Tree;

beforeAll(async () => {
  alliance = await startGovernedAlliance();
  admin = alliance.house.as('admin');
  secondOfficer = await alliance.official('person-second-officer', 'SECRETARIAT');
}, 180_000);
afterAll(async () => alliance?.house[Symbol.asyncDispose]());

async function exitNow(): Promise<Tree> {
  const { membershipExit } = await alliance.secretariat.must(
    `{ membershipExit(id: "${exit.id}") { id state version motionNo } }`,
  );
  return membershipExit;
}

test('a newer list of the Ministry renames a member; the roster of yesterday keeps the old name', async () => {
  const list = (await readFile(new URL('../../subgraphs/alliance/demo/roster.json', import.meta.url), 'utf8'))
    .replace(/截至[^）]*/, `截至${today.replace(/^(\d+)-0?(\d+)-0?(\d+)$/, '$1年$2月$3日')}`)
    .replace(`"${oldName}"`, '"宁夏新职业技术大学"');
  const uploadId = await sendFile(
    alliance.house,
    alliance.secretariat,
    'createRosterUpload',
    'newer.json',
    list,
  );
  const { rosterImport } = await alliance.secretariat.mutate(
    'importRoster',
    'ImportRosterInput',
    { uploadId, idempotencyKey: key() },
    'rosterImport { id }',
  );
  let comparison: Tree;
  await eventually(async () => {
    const answer = await alliance.secretariat.must(
      `{ rosterImport(id: "${rosterImport.id}") { comparison { id version counts { renamed gone mergeCandidates } } } }`,
    );
    comparison = answer.rosterImport.comparison;
    return comparison !== null;
  });
  expect(comparison.counts).toEqual({ renamed: 1, gone: 0, mergeCandidates: 0 });
  await inboxHas(alliance.secretariat, 'RosterComparison', comparison.id);
  await done(alliance.secretariat, 'applyRosterComparison', 'rosterComparison', {
    comparisonId: comparison.id,
    expectedVersion: comparison.version,
    confirmations: [],
    idempotencyKey: key(),
  });
  await inboxHas(alliance.secretariat, 'RosterComparison', comparison.id, false);
  const everybody = alliance.house.asNobody;
  expect((await rosterLine(everybody, 'NXPU', today)).name).toBe('宁夏新职业技术大学');
  expect((await rosterLine(everybody, 'NXPU', yesterday)).name).toBe(oldName);
});

test('a violation is charged by one officer, answered by the member and found serious by another officer', async () => {
  const { institution } = await alliance.secretariat.must(
    `{ institution(id: "${polytechnic}") { membership { id } } }`,
  );
  violation = await done(alliance.secretariat, 'openViolationCase', 'violationCase', {
    membershipId: institution.membership.id,
    provision: '章程第十二条',
    summary: '出具不实学习成果证明。',
    idempotencyKey: key(),
  });
  await inboxHas(admin, 'ViolationCase', violation.id);
  const answered = await done(admin, 'answerViolation', 'violationCase', {
    caseId: violation.id,
    expectedVersion: violation.version,
    text: '情况属实，已整改。',
  });
  await inboxHas(admin, 'ViolationCase', violation.id, false);
  const conclusion = {
    caseId: violation.id,
    expectedVersion: answered.version,
    conclusion: '情节严重',
  };
  expect(await refused(alliance.secretariat, 'concludeViolation', 'violationCase', conclusion)).toEqual([
    'VIOLATION_SAME_PERSON',
  ]);
  violation = await done(secondOfficer, 'concludeViolation', 'violationCase', conclusion);
});

test('the standing council decides on the exit; until then the member is one, and after it runs off', async () => {
  exit = await done(secondOfficer, 'proposeViolationExit', 'exit', {
    caseId: violation.id,
    expectedVersion: violation.version,
    idempotencyKey: key(),
  });
  await inboxHas(alliance.chair, 'MembershipExit', exit.id);
  expect(await rosterLine(alliance.house.asNobody, 'NXPU', today)).toMatchObject({ state: 'EXIT_PROPOSED' });
  const motion = await alliance.decide('EXIT_MEMBER', exit.id, ['YES', 'YES', 'ABSTAIN', 'YES', 'YES']);
  expect(motion.result).toMatchObject({ carried: true, yes: 4 });
  await inboxHas(alliance.chair, 'MembershipExit', exit.id, false);
  await inboxHas(alliance.secretariat, 'MembershipExit', exit.id);
  expect(await exitNow()).toMatchObject({ state: 'RUN_OFF', motionNo: motion.motionNo });
});

test('while an agreement is in force the exit is not completed; after its end it is', async () => {
  const complete = async () => ({ exitId: exit.id, expectedVersion: (await exitNow()).version });
  expect(await refused(alliance.secretariat, 'completeExit', 'exit', await complete())).toEqual([
    'OBLIGATIONS_OPEN',
  ]);
  const { agreements } = await admin.must(
    `{ agreements(filter: { partyId: "${polytechnic}", bindingOn: "${today}" }) { edges { node { id version } } } }`,
  );
  expect(agreements.edges).toHaveLength(1);
  const signed = agreements.edges[0].node;
  await done(admin, 'terminateAgreement', 'agreement', {
    agreementId: signed.id,
    institutionId: polytechnic,
    expectedVersion: signed.version,
    terminatesOn: new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10),
    reason: '成员退出',
  });
  expect(await refused(alliance.secretariat, 'completeExit', 'exit', await complete())).toEqual([
    'OBLIGATIONS_OPEN',
  ]);
  await timePasses(
    alliance.house,
    `update agreements.agreement set terminates_on = '${today}' where id = '${signed.id}'`,
  );
  expect((await done(alliance.secretariat, 'completeExit', 'exit', await complete())).state).toBe(
    'COMPLETED',
  );
  await inboxHas(alliance.secretariat, 'MembershipExit', exit.id, false);
});

test('today it is no member; as of the day before it still is, under its old name', async () => {
  const everybody = alliance.house.asNobody;
  expect(await rosterLine(everybody, 'NXPU', today)).toBeUndefined();
  expect(await rosterLine(everybody, 'NXPU', yesterday)).toMatchObject({ name: oldName, state: 'ACTIVE' });
  const question = `query ($asOf: Date) { verifyMembership(memberCode: "NXPU", asOf: $asOf) { wasMember } }`;
  expect((await everybody.must(question, { asOf: today })).verifyMembership.wasMember).toBe(false);
  expect((await everybody.must(question, { asOf: yesterday })).verifyMembership.wasMember).toBe(true);
});
