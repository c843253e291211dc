import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { servicePrincipal } from '../../subgraphs/kit/base/identity/principal.js';
import { admin, away, home, idempotencyKey, secretariat, startInstitutions } from './institutions-room.js';
import { person, type RoomOnPostgres } from './room-on-postgres.js';

let room: RoomOnPostgres;
beforeAll(async () => {
  room = await startInstitutions(home, away);
});
afterAll(async () => room[Symbol.asyncDispose]());

const give = (by: ReturnType<typeof person>, input: object) =>
  room
    .ask(
      by,
      'mutation ($input: GiveGrantInput!) { giveGrant(input: $input) { grant { id version from to } userErrors { code } } }',
      {
        input: { subject: 'p', role: 'REGISTRAR', idempotencyKey: idempotencyKey(), ...input },
      },
    )
    .then(({ data: answer }) => answer.giveGrant);
const revoke = (by: ReturnType<typeof person>, grantId: string, expectedVersion = 1) =>
  room
    .ask(
      by,
      'mutation ($input: RevokeGrantInput!) { revokeGrant(input: $input) { grant { version from to } userErrors { code } } }',
      {
        input: { grantId, expectedVersion, reason: 'r' },
      },
    )
    .then(({ data: answer }) => answer.revokeGrant);
const held = async (subject: string) =>
  (
    await room.ask(
      servicePrincipal('gateway'),
      'query ($s: String!) { principalGrants(subject: $s) { epoch grants { id to } } }',
      { s: subject },
    )
  ).data.principalGrants;

test('a grant is given for the own institution, not for another and not for the alliance', async () => {
  expect((await give(admin, { institutionId: home })).userErrors).toEqual([]);
  expect((await give(admin, { institutionId: away })).userErrors).toEqual([{ code: 'ACTION_FORBIDDEN' }]);
  expect((await give(admin, { role: 'SECRETARIAT' })).userErrors).toEqual([{ code: 'ACTION_FORBIDDEN' }]);
  expect((await give(person('q'), { institutionId: home })).userErrors).toEqual([
    { code: 'ACTION_FORBIDDEN' },
  ]);
  expect((await give(secretariat, { role: 'EXPERT', institutionId: home })).userErrors).toEqual([
    { code: 'GRANT_INSTITUTION_MISFIT' },
  ]);
  expect((await give(secretariat, { institutionId: 'inst_none' })).userErrors).toEqual([
    { code: 'NOT_FOUND' },
  ]);
});

test('a grant has a half-open interval and ends with it', async () => {
  const at = (ms: number) => new Date(room.clock.now().getTime() + ms).toISOString();
  expect((await give(secretariat, { institutionId: home, from: at(5), to: at(5) })).userErrors).toEqual([
    { code: 'INTERVAL_EMPTY' },
  ]);
  const { grant } = await give(secretariat, { subject: 'timed', institutionId: home, to: at(1000) });
  expect((await held('timed')).grants).toMatchObject([{ id: grant.id }]);
  room.clock.advance(1000);
  expect((await held('timed')).grants).toEqual([]);
});

test('a revoked grant is over at once, with its new version, and raises the epoch; also one that has not begun', async () => {
  const { grant } = await give(admin, { subject: 'gone', institutionId: home });
  const { epoch } = await held('gone');
  expect((await revoke(person('adm2', `INSTITUTION_ADMIN@${away}`), grant.id)).userErrors).toEqual([
    { code: 'NOT_FOUND' },
  ]);
  expect((await revoke(person('gone'), grant.id)).userErrors[0].code).toMatch(/NOT_FOUND|ACTION_FORBIDDEN/);
  expect((await revoke(admin, grant.id)).grant).toMatchObject({ version: 2 });
  expect(await held('gone')).toEqual({ epoch: epoch + 1, grants: [] });
  const from = new Date(room.clock.now().getTime() + 86_400_000).toISOString();
  const later = await give(secretariat, { subject: 'later', institutionId: home, from });
  const answer = await revoke(secretariat, later.grant.id);
  expect(answer.userErrors).toEqual([]);
  expect(answer.grant.to).toEqual(answer.grant.from);
});

test("the certification centre is of no institution or of one, and the secretariat's to give", async () => {
  const role = 'CERTIFICATION_CENTRE';
  expect((await give(secretariat, { role })).userErrors).toEqual([]);
  expect((await give(admin, { role, institutionId: home })).userErrors).toEqual([
    { code: 'ACTION_FORBIDDEN' },
  ]);
  const { grant } = await give(secretariat, { role, institutionId: home });
  expect((await give(secretariat, { role, institutionId: home })).userErrors).toEqual([]);
  expect((await give(secretariat, { role, institutionId: away })).userErrors).toEqual([
    { code: 'CERTIFICATION_CENTRE_ELSEWHERE' },
  ]);
  const { rows } = await room.sql.query(
    `select id from role_grant where role = 'CERTIFICATION_CENTRE' and institution_id is not null`,
  );
  room.clock.advance(1);
  for (const { id } of rows as { id: string }[]) await revoke(secretariat, id);
  expect(rows).toContainEqual({ id: grant.id });
  expect((await give(secretariat, { role, institutionId: away })).userErrors).toEqual([]);
});
