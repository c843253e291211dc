import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { agreementsModule } from '../../subgraphs/agreements/agreements.module.js';
import { servicePrincipal, type Principal } from '../../subgraphs/kit/base/identity/principal.js';
import { MemberStandings } from './member-standings.js';
import { person, startRoomOnPostgres, type Answer, type RoomOnPostgres } from './room-on-postgres.js';

const a = person('admin-a', 'INSTITUTION_ADMIN@inst_a');
const b = person('admin-b', 'INSTITUTION_ADMIN@inst_b');
const members = new MemberStandings();

let house: RoomOnPostgres;
let serial = 0;
beforeAll(async () => {
  house = await startRoomOnPostgres(agreementsModule, (call) => members.answer(call));
});
afterAll(async () => house?.[Symbol.asyncDispose]());
afterEach(() => {
  members.set('inst_a', 'ACTIVE');
  members.isDown = false;
});

type Shown = Answer['data'];

async function send(by: Principal, mutation: string, input: object): Promise<Shown> {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
  const { data, errors } = await house.ask(
    by,
    `mutation ($input: ${type}!) { ${mutation}(input: $input) {
       agreement { id version contentHash state } userErrors { code path } } }`,
    { input },
  );
  return data?.[mutation] ?? { errors };
}

const propose = () =>
  send(a, 'proposeAgreement', {
    institutionId: 'inst_a',
    partnerIds: ['inst_b'],
    kind: 'CREDIT_CONVERSION',
    content: {
      title: '学分转换协议',
      effectiveFrom: '2026-02-01',
      effectiveTo: '2027-02-01',
      terms: [{ fromScheme: 'CN-16', toScheme: 'ECTS', numerator: 3, denominator: 2 }],
    },
    idempotencyKey: `obligation-${(serial += 1)}`,
  });

const give = async (
  by: Principal,
  mutation: string,
  institutionId: string,
  { id, version, contentHash }: Shown,
) =>
  (await send(by, mutation, { agreementId: id, institutionId, expectedVersion: version, contentHash }))
    .agreement;

async function signed(): Promise<Shown> {
  const approved = await give(b, 'approveAgreement', 'inst_b', (await propose()).agreement);
  await give(a, 'signAgreement', 'inst_a', approved);
  return give(b, 'signAgreement', 'inst_b', approved);
}

const owed = async (institutionId: string, by = servicePrincipal('institutions')) =>
  (
    await house.ask(
      by,
      `{ agreementObligations(institutionId: "${institutionId}") { agreements applications } }`,
    )
  ).data.agreementObligations;

test('a signed agreement binds its parties from its signature to its end', async () => {
  expect(await owed('inst_a')).toEqual({ agreements: 0, applications: 0 });
  await propose();
  expect((await owed('inst_a')).agreements).toBe(0);
  const done = await signed();
  expect([await owed('inst_a'), await owed('inst_b'), await owed('inst_c')]).toEqual(
    [1, 1, 0].map((agreements) => ({ agreements, applications: 0 })),
  );
  const listed = await house.ask(
    a,
    `{ agreements(filter: { partyId: "inst_a", bindingOn: "2027-01-31" }) { edges { node { id } } } }`,
  );
  expect(listed.data.agreements.edges).toEqual([{ node: { id: done.id } }]);
  await send(a, 'terminateAgreement', {
    agreementId: done.id,
    institutionId: 'inst_a',
    expectedVersion: done.version,
    terminatesOn: '2026-03-01',
    reason: '退出联盟',
  });
  expect((await owed('inst_a')).agreements).toBe(1);
  house.clock.advance(45 * 86_400_000);
  expect((await owed('inst_a')).agreements).toBe(0);
  house.clock.advance(-45 * 86_400_000);
});

test('an application in flight counts once, until its reservations are released or consumed', async () => {
  const { sql } = house;
  for (const id of ['dep_1', 'dep_2']) {
    await sql.query(
      `insert into deposit_balance values ($1, 'lrn_1', 'somebody', 'inst_a', 'ACADEMIC', 3, 'CN-16', 0, 0, null, 1, 1, now())`,
      [id],
    );
  }
  const write = (depositId: string, applicationNo: string, kind: string) =>
    sql.query(`insert into consumption_entry values ($1, $2, $3, $4, 1, 'service', now())`, [
      `cons_${(serial += 1)}`,
      depositId,
      applicationNo,
      kind,
    ]);
  await write('dep_1', 'A1', 'RESERVE');
  await write('dep_2', 'A1', 'RESERVE');
  await write('dep_1', 'A2', 'RESERVE');
  expect((await owed('inst_a')).applications).toBe(2);
  await write('dep_1', 'A2', 'RELEASE');
  await write('dep_1', 'A1', 'CONSUME');
  expect((await owed('inst_a')).applications).toBe(1);
  await write('dep_2', 'A1', 'CONSUME');
  expect((await owed('inst_a')).applications).toBe(0);
});

test('only services of this house are told what somebody owes', async () => {
  for (const reader of [a, person('sec', 'SECRETARIAT')]) expect(await owed('inst_a', reader)).toBeNull();
});

test('a member in run-off proposes nothing new, and signs what was proposed before', async () => {
  const { agreement } = await propose();
  members.set('inst_a', 'RUN_OFF');
  expect((await propose()).userErrors).toEqual([
    { code: 'MEMBER_NOT_IN_STANDING', path: ['input', 'partnerIds'] },
  ]);
  const approved = await give(b, 'approveAgreement', 'inst_b', agreement);
  await give(b, 'signAgreement', 'inst_b', approved);
  expect((await give(a, 'signAgreement', 'inst_a', approved)).state).toBe('SIGNED');
  members.isDown = true;
  expect((await propose()).errors[0].extensions.code).toBe('UPSTREAM_UNAVAILABLE');
});

test('a member that has left signs nothing any more, also what it approved before', async () => {
  const approved = await give(b, 'approveAgreement', 'inst_b', (await propose()).agreement);
  const input = {
    agreementId: approved.id,
    institutionId: 'inst_a',
    expectedVersion: approved.version,
    contentHash: approved.contentHash,
  };
  members.set('inst_a', 'EXITED');
  expect((await send(a, 'signAgreement', input)).userErrors[0].code).toBe('MEMBER_NOT_IN_STANDING');
  members.isDown = true;
  expect((await send(a, 'signAgreement', input)).errors[0].extensions.code).toBe('UPSTREAM_UNAVAILABLE');
});

test('officials of a successor act for the merged party by the grants that the merger gives them', async () => {
  const { agreement } = await propose();
  members.set('inst_a', 'MERGED');
  const official = person('admin-c', 'INSTITUTION_ADMIN@inst_c', 'INSTITUTION_ADMIN@inst_a');
  const seen = await house.ask(official, `{ agreement(id: "${agreement.id}") { state } }`);
  expect(seen.data.agreement).toEqual({ state: 'PROPOSED' });
  const approved = await give(b, 'approveAgreement', 'inst_b', agreement);
  await give(b, 'signAgreement', 'inst_b', approved);
  expect((await give(official, 'signAgreement', 'inst_a', approved)).state).toBe('SIGNED');
});
