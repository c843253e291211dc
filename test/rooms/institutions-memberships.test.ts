import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Principal } from '../../subgraphs/kit/base/identity/principal.js';
import {
  admin,
  away,
  home,
  recordFoundingMember,
  secretariat,
  startInstitutions,
} from './institutions-room.js';
import { person, type RoomOnPostgres } from './room-on-postgres.js';

let room: RoomOnPostgres;
beforeAll(async () => {
  room = await startInstitutions(home, away);
});
afterAll(async () => room[Symbol.asyncDispose]());

const step = (by: Principal, name: string, membershipId: string, expectedVersion: number) =>
  room
    .ask(
      by,
      `mutation ($input: ${name.replace(/^./, (first) => first.toUpperCase())}Input!) { ${name}(input: $input) { membership { state version dueAt } userErrors { code } } }`,
      {
        input: { membershipId, expectedVersion, reason: 'r' },
      },
    )
    .then(({ data: answer }) => answer[name]);

test('a membership is recorded by the secretariat, once, and goes the steps of its machine', async () => {
  const record = (by: Principal, input: object) => recordFoundingMember(room, by, input);
  expect((await record(admin, {})).userErrors).toEqual([{ code: 'ACTION_FORBIDDEN' }]);
  const { membership } = await record(secretariat, {});
  expect(membership).toMatchObject({ state: 'ACTIVE', version: 1 });
  expect((await record(secretariat, { memberCode: 'OTHER' })).userErrors).toEqual([
    { code: 'MEMBER_EXISTS' },
  ]);
  expect((await record(secretariat, { institutionId: away })).userErrors).toEqual([
    { code: 'MEMBER_CODE_TAKEN' },
  ]);
  expect((await record(secretariat, { institutionId: away, memberCode: '小' })).userErrors).toEqual([
    { code: 'INPUT_INVALID' },
  ]);
  const ahead = { institutionId: away, memberCode: 'AHEAD', joinedOn: '2026-01-16' };
  expect((await record(secretariat, ahead)).userErrors).toEqual([{ code: 'INPUT_INVALID' }]);
  expect((await step(admin, 'suspendMembership', membership.id, 1)).userErrors[0].code).toMatch(
    /ACTION_FORBIDDEN|NOT_FOUND/,
  );
  expect((await step(secretariat, 'reinstateMembership', membership.id, 1)).userErrors).toEqual([
    { code: 'ACTION_NOT_ALLOWED' },
  ]);
  expect((await step(secretariat, 'suspendMembership', membership.id, 1)).membership).toMatchObject({
    state: 'SUSPENDED',
    version: 2,
    dueAt: expect.anything(),
  });
  expect((await step(secretariat, 'suspendMembership', membership.id, 1)).userErrors).toEqual([
    { code: 'VERSION_CONFLICT' },
  ]);
  expect((await step(secretariat, 'reinstateMembership', membership.id, 2)).membership).toMatchObject({
    state: 'ACTIVE',
    version: 3,
  });
});

test('a suspension has a reason, which the member and those who decide on it see until it is reinstated', async () => {
  const query = `{ institution(id: "${home}") { membership { id version state suspensionReason inStanding } } }`;
  const seenBy = async (by: Principal) => (await room.ask(by, query)).data.institution.membership;
  const { id, version } = await seenBy(secretariat);
  const suspend = (reason: string) =>
    room
      .ask(
        secretariat,
        `mutation ($input: SuspendMembershipInput!) { suspendMembership(input: $input) { userErrors { code } } }`,
        { input: { membershipId: id, expectedVersion: version, reason } },
      )
      .then(({ data }) => data.suspendMembership.userErrors);
  expect(await suspend('  ')).toEqual([{ code: 'INPUT_INVALID' }]);
  expect(await suspend('质量整改')).toEqual([]);
  for (const reader of [secretariat, admin, person('council', 'COUNCIL_MEMBER')]) {
    expect(await seenBy(reader)).toMatchObject({
      state: 'SUSPENDED',
      suspensionReason: '质量整改',
      inStanding: false,
    });
  }
  expect(await seenBy(person('other', `INSTITUTION_ADMIN@${away}`))).toMatchObject({
    suspensionReason: null,
  });
  await step(secretariat, 'reinstateMembership', id, version + 1);
  expect(await seenBy(secretariat)).toMatchObject({
    state: 'ACTIVE',
    suspensionReason: null,
    inStanding: true,
  });
});
