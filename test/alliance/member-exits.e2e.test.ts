import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { institutionIdOfSchool } from '../../subgraphs/alliance/schools.js';
import { startTestAlliance, type TestAlliance } from '../support/alliance.js';

const university = institutionIdOfSchool('ningxia-university');
const polytechnic = institutionIdOfSchool('ningxia-polytechnic');

let house: TestAlliance;
beforeAll(async () => {
  house = await startTestAlliance();
}, 180_000);
afterAll(async () => house?.[Symbol.asyncDispose]());

async function step(mutation: string, institutionId: string, more: object = {}) {
  const { institution } = await house
    .as('secretariat')
    .must(`{ institution(id: "${institutionId}") { membership { id version } } }`);
  const { id: membershipId, version: expectedVersion } = institution.membership;
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
  return house
    .as('secretariat')
    .mutate(
      mutation,
      type,
      { membershipId, expectedVersion, reason: '整改', ...more },
      'membership { state }',
    );
}

describe('what a member owes', () => {
  it('is asked of all rooms, for its own administrators and those who watch over its exit', async () => {
    const query = `{ outstandingObligations(institutionId: "${university}") { agreements applications deposits total } }`;
    const { outstandingObligations: owed } = await house.as('secretariat').must(query);
    expect(owed.agreements).toBeGreaterThan(0);
    expect(owed.total).toBe(owed.agreements + owed.applications + owed.deposits);
    expect((await house.as('admin').must(query)).outstandingObligations).toEqual(owed);
    expect((await house.as('learner').ask(query)).data.outstandingObligations).toBeNull();
  });
});

describe('a suspended member', () => {
  it('enters no deposit and proposes nothing until it is reinstated', async () => {
    expect((await step('suspendMembership', university)).membership).toEqual({ state: 'SUSPENDED' });
    const entered = await house.as('registrar').mutate('enterDeposit', 'EnterDepositInput', {
      institutionId: university,
      studentNumber: '12019240001',
      nativeKey: 'any',
      idempotencyKey: 'suspended-deposit',
    });
    expect(entered.userErrors).toMatchObject([{ code: 'MEMBER_NOT_IN_STANDING' }]);
    const proposed = await house.as('registrar').mutate('proposeOutcome', 'ProposeOutcomeInput', {
      issuerId: university,
      outcomeCode: 'LO-SUSPENDED',
      title: '数据结构',
      kind: 'COURSE',
      idempotencyKey: 'suspended-outcome',
    });
    expect(proposed.userErrors).toMatchObject([{ code: 'MEMBER_NOT_IN_STANDING' }]);
    expect((await step('reinstateMembership', university)).membership).toEqual({ state: 'ACTIVE' });
  });
});

describe('a merged member', () => {
  it('is acted for by the officials of its successor', async () => {
    const secretariat = house.as('secretariat');
    const { institutions } = await secretariat.must(
      '{ institutions(filter: { nameContains: "重庆大学" }) { edges { node { id } } } }',
    );
    const successorId = institutions.edges[0].node.id;
    const recorded = await secretariat.mutate('recordFoundingMember', 'RecordFoundingMemberInput', {
      institutionId: successorId,
      memberCode: 'CQU',
      joinedOn: '2016-07-15',
      charterVersion: '2016-07-15',
      idempotencyKey: 'successor-joins',
    });
    expect(recorded.userErrors).toEqual([]);
    const official = await house.asSubject('person-successor');
    await secretariat.mutate('giveGrant', 'GiveGrantInput', {
      subject: 'person-successor',
      role: 'INSTITUTION_ADMIN',
      institutionId: successorId,
      idempotencyKey: 'successor-official',
    });

    const { agreements } = await official.must(
      `{ agreements(filter: { partyId: "${polytechnic}", bindingOn: "2030-01-01" }) { edges { node { id version } } } }`,
    );
    const { id: agreementId, version: expectedVersion } = agreements.edges[0].node;
    const terminate = () =>
      official.mutate('terminateAgreement', 'TerminateAgreementInput', {
        agreementId,
        institutionId: polytechnic,
        expectedVersion,
        terminatesOn: '2099-01-01',
        reason: '合并后重签',
      });
    expect((await terminate()).userErrors).toMatchObject([
      { code: expect.stringMatching(/FORBIDDEN|NOT_FOUND/) },
    ]);

    expect((await step('mergeMembership', polytechnic, { successorId })).membership).toEqual({
      state: 'MERGED',
    });
    const { institution } = await official.must(
      `{ institution(id: "${polytechnic}") { successor { name } } }`,
    );
    expect(institution.successor).toEqual({ name: '重庆大学' });
    expect((await terminate()).userErrors).toEqual([]);
  });
});
